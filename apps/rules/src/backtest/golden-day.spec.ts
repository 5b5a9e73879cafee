import type { Rule } from '@flightdeck/domain';
import { describe, expect, it } from '@jest/globals';
import { cutLedger, goldenEvents, goldenSpec, interrupted } from '../testing/cut-off.js';
import { freshReadModels } from '../testing/fresh-read-models.module.js';
import {
  GOLDEN_RULES,
  goldenCommands,
  lineOf,
  SHARED_MICROS,
  SHARED_RULE,
  sharedCommands,
} from '../testing/golden-day.js';
import { liveDay, type LiveOptions } from '../testing/golden-live.js';

const readModels = freshReadModels();
const EIGHT_IN_THE_EVENING_MS = Date.parse('2024-11-04T01:00:00Z');
let lived: Awaited<ReturnType<typeof liveDay>> = [];
const live = (change: Partial<LiveOptions> = {}) => liveDay({ rules: GOLDEN_RULES, readModels, ...change });
const lines = (commands: readonly (readonly [string, string])[]): readonly string[] =>
  commands.map(([, line]) => line).sort();
const sorted = (commands: readonly (readonly [string, string])[]) =>
  commands.map((one) => one.join(' ')).sort();

async function backtest(rules: readonly Rule[], cuts: readonly number[] = [], advertiserMicros?: number) {
  const ledger = cutLedger(goldenEvents(advertiserMicros));
  const { variants } = await interrupted(ledger, goldenSpec([rules]), readModels(), cuts);
  return (variants[0]?.items ?? []).map(
    ({ commandId, at, ruleId, campaignId }) =>
      [commandId, lineOf(Date.parse(at), ruleId, campaignId)] as const,
  );
}

describe('the golden day: fifty campaigns, six rules, 25 hours', () => {
  it('brings exactly the commands of its design, live', async () => {
    lived = await live();
    const commands = lines(lived);
    expect(commands).toEqual(goldenCommands());
    expect(commands).toHaveLength(70);
  });

  it('brings the same commands under the same ids in a backtest', async () => {
    const tried = await backtest(GOLDEN_RULES);
    expect(lines(tried)).toEqual(goldenCommands());
    expect(sorted(tried)).toEqual(sorted(lived));
  });

  it('brings the same in a backtest that is cut off again and again', async () => {
    const tried = await backtest(GOLDEN_RULES, [40, 10, 20]);
    expect(sorted(tried)).toEqual(sorted(lived));
    expect(lines(tried)).toEqual(goldenCommands());
  });

  it('brings the same when everything is lost in the evening and replayed from the ledger', async () => {
    expect(lines(await live({ replayAtMs: EIGHT_IN_THE_EVENING_MS }))).toEqual(goldenCommands());
  });

  it('is not the same when a replay loses what was commanded, or a rule is another', async () => {
    const forgetful = await live({ replayAtMs: EIGHT_IN_THE_EVENING_MS, forgetsCommands: true });
    expect(lines(forgetful)).not.toEqual(goldenCommands());
    const unguarded = GOLDEN_RULES.map((rule) => ({ ...rule, guards: {} }));
    expect(lines(await backtest(unguarded))).not.toEqual(goldenCommands());
  });

  it('brings one command more for each campaign when they share a budget, the same live, tried and replayed', async () => {
    const rules = [...GOLDEN_RULES, SHARED_RULE];
    const expected = [...goldenCommands(), ...sharedCommands()].sort();
    expect(sharedCommands()).toHaveLength(40);
    const options = { rules, advertiserMicros: SHARED_MICROS };
    const first = await live(options);
    expect(lines(first)).toEqual(expected);
    expect(sorted(await backtest(rules, [], SHARED_MICROS))).toEqual(sorted(first));
    expect(sorted(await backtest(rules, [40, 10, 20], SHARED_MICROS))).toEqual(sorted(first));
    expect(lines(await live({ ...options, replayAtMs: EIGHT_IN_THE_EVENING_MS }))).toEqual(expected);
    expect(lines(await live({ rules }))).toEqual(goldenCommands());
  });
});
