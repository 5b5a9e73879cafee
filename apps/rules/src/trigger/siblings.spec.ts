import { STREAM } from '@flightdeck/contracts';
import {
  advertiser as advertiserDecider,
  campaign as campaignDecider,
  formatInstant,
  type Rule,
  type RuleDefinition,
} from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { PastAdvertisers } from '../backtest/advertisers.js';
import { SWEEP_EVERY_MS as SWEEP_OF_EVENT_TIME_MS } from '../backtest/sweeps.js';
import { cutLedger, interrupted } from '../testing/cut-off.js';
import { freshReadModels } from '../testing/fresh-read-models.module.js';
import { pastLedger } from '../testing/past-ledger.js';
import { NINETY_PERCENT, RulesFixture, START_MS, termsOf, until } from '../testing/rules-fixture.module.js';
import { DAY } from '../testing/stub-read-models.js';
import { SWEEP_EVERY_MS } from './trigger.js';

const MINUTE_MS = 60_000;
const SHARED_MICROS = 10_000_000;
const SPEND_MICROS = [2_000_000, 4_000_000, 9_500_000] as const;
/** `quiet` spends nothing at all, `spender` all that there is, and `witness` is swept last. */
const CAMPAIGNS = ['quiet', 'spender', 'witness'] as const;

/** A share of what the advertiser's campaigns may spend together, seen at each of them. */
const SHARED: RuleDefinition = {
  ...NINETY_PERCENT,
  conditions: {
    all: [{ fact: 'utilization.advertiser.today', operator: 'greaterThanInclusive', value: 0.9 }],
  },
  scope: { campaignIds: ['quiet', 'spender'] },
};
const CLOCK: RuleDefinition = {
  ...NINETY_PERCENT,
  conditions: { all: [{ fact: 'time.localHour', operator: 'greaterThanInclusive', value: 11 }] },
  scope: { campaignIds: ['witness'] },
};

let at: RulesFixture;
beforeEach(async () => {
  at = new RulesFixture();
  await at.start();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await at.close();
});

const commandsOf = (campaignId: string) => at.received.filter((command) => command.campaignId === campaignId);

/** The spender spends, and an hour later the next sweep is due; answers once the sweep has come to its end. */
async function sweepAfterSpend(): Promise<void> {
  for (const campaignId of CAMPAIGNS) await at.register(campaignId);
  await at.shareBudget(SHARED_MICROS);
  await at.createRule('shared', SHARED);
  await at.createRule('clock', CLOCK);
  let revision = 0;
  for (const micros of SPEND_MICROS) await at.evaluated('spender', micros, (revision += 1));
  await until('the spender fires', () => commandsOf('spender').length === 1);
  expect(commandsOf('quiet')).toEqual([]);
  at.nowMs += 60 * MINUTE_MS;
  at.readModels.spend('spender', SPEND_MICROS[2], revision + 1); // wakes the loop, which finds the sweep due
  await until('swept', () => commandsOf('witness').length === 1);
}

/** The same spend as a ledger of the past: one event of the spender a minute, none of the quiet campaign. */
function ledger(goesOn: boolean): readonly StoredEvent[] {
  const write = pastLedger();
  const said = { actor: 'ann', at: formatInstant(START_MS) };
  const told = CAMPAIGNS.flatMap((campaignId) => {
    const command = { type: 'RegisterCampaign', ...termsOf(campaignId), ...said } as const;
    const decided = campaignDecider.decide(command, campaignDecider.initial);
    if (!decided.accepted) throw new Error('A campaign is not registered.');
    return decided.events.map(({ type, data }) => write(STREAM.campaign(campaignId), type, data, START_MS));
  });
  const budget = { advertiserId: 'adv1', currency: 'USD', budget: { dailyMicros: SHARED_MICROS } };
  const shared = advertiserDecider.decide({ type: 'ChangeAdvertiserBudget', ...budget, ...said }, undefined);
  if (!shared.accepted) throw new Error('There is no shared budget.');
  for (const { type, data } of shared.events)
    told.push(write(STREAM.advertiser('adv1'), type, data, START_MS));
  let before = 0;
  SPEND_MICROS.forEach((micros, minute) => {
    told.push(spend(write, micros - before, START_MS + (minute + 1) * MINUTE_MS, minute));
    before = micros;
  });
  // Ten minutes later a cent more: event time goes on, and a sweep with it.
  if (goesOn) told.push(spend(write, 10_000, START_MS + 13 * MINUTE_MS, SPEND_MICROS.length));
  return told;
}

function spend(
  write: ReturnType<typeof pastLedger>,
  amountMicros: number,
  atMs: number,
  n: number,
): StoredEvent {
  const said = { eventId: `e${n}`, type: 'spend', occurredAt: formatInstant(atMs), campaignId: 'spender' };
  const data = { ...said, amountMicros, currency: 'USD', enriched: { day: DAY, currency: 'USD' } };
  return write(STREAM.ads(3), 'SpendRecorded', data, atMs);
}

const RULE: Rule = { ...SHARED, ruleId: 'shared', revision: 0, mode: 'active', author: 'ann' };

const fresh = freshReadModels();

async function tried(goesOn = true) {
  const range = { fromMs: START_MS - MINUTE_MS, toMs: START_MS + 60 * MINUTE_MS };
  const spec = { backtestId: 'siblings', ...range, variants: [{ name: 'shared', rules: [RULE] }] };
  const { variants } = await interrupted(cutLedger(ledger(goesOn)), spec, fresh(), []);
  return variants[0]?.items ?? [];
}

const idsOf = (items: readonly { readonly campaignId: string; readonly commandId: string }[]) =>
  items.map(({ campaignId, commandId }) => `${campaignId} ${commandId}`).sort();

describe('a rule on what an advertiser’s campaigns spend together', () => {
  it('fires on a campaign that did not change itself, with the next sweep and not sooner', async () => {
    await sweepAfterSpend();
    await until('the quiet one fires', () => commandsOf('quiet').length === 1);
    const [command] = commandsOf('quiet');
    expect(command).toMatchObject({
      ruleId: 'shared',
      facts: { 'utilization.advertiser.today': 0.95 },
      cause: { stream: 'campaign-quiet', revision: 0 },
    });
    expect(at.nowMs - START_MS).toBeGreaterThan(SWEEP_EVERY_MS);
  });

  it('fires on the same campaigns in a backtest, under the same ids', async () => {
    await sweepAfterSpend();
    await until('the quiet one fires', () => commandsOf('quiet').length === 1);
    const items = await tried();
    expect(idsOf(items)).toEqual(idsOf([...commandsOf('quiet'), ...commandsOf('spender')]));
    const atOf = (campaignId: string): number =>
      Date.parse(items.find((one) => one.campaignId === campaignId)?.at ?? '');
    const delayMs = atOf('quiet') - atOf('spender');
    expect(delayMs).toBeGreaterThanOrEqual(0);
    expect(delayMs).toBeLessThanOrEqual(SWEEP_OF_EVENT_TIME_MS);
  });

  it('fires on them in a backtest that ends with the very spend that moved them', async () => {
    expect((await tried(false)).map(({ campaignId }) => campaignId).sort()).toEqual(['quiet', 'spender']);
  });

  it('is caught when the sweep forgets siblings, live', async () => {
    const { book } = at.rules;
    const inScope = book.inScope.bind(book);
    jest
      .spyOn(book, 'inScope')
      .mockImplementation((...asked) => inScope(...asked).map((one) => ({ ...one, shared: false })));
    await sweepAfterSpend();
    await at.settledAs('spender', 'CommandIssued', 'CommandDispatched');
    expect(commandsOf('quiet')).toEqual([]);
  });

  it('is caught when nobody is held to share a budget, in a backtest', async () => {
    jest.spyOn(PastAdvertisers.prototype, 'holds').mockReturnValue(false);
    expect((await tried()).map(({ campaignId }) => campaignId)).not.toContain('quiet');
  });
});
