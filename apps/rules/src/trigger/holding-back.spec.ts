import { STREAM } from '@flightdeck/contracts';
import { decision, isRolledOut, type RuleDefinition } from '@flightdeck/domain';
import { decodeEvent, readStream, type AnyEvent } from '@flightdeck/ledger';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { DecisionDesk } from '../desk/decision-desk.js';
import type { ActiveRule } from '../rule-book/active-rule.js';
import { RulesFixture, until } from '../testing/rules-fixture.module.js';
import { CircuitBreaker, FAILURES_MAX } from './circuit-breaker.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CAMPAIGNS = Array.from({ length: 24 }, (_, n) => `c${n}`);

let at: RulesFixture;
beforeEach(async () => {
  at = new RulesFixture();
  await at.start();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await at.close();
});

async function eventsOf<E extends AnyEvent>(stream: string): Promise<readonly E[]> {
  const events: E[] = [];
  for await (const page of readStream(at.rules.store, stream, 0))
    events.push(...page.map((stored) => decodeEvent<E>(stored)));
  return events;
}

/** What became of a campaign's decisions that ordered nothing. */
const decisionsOf = (campaignId: string) => eventsOf<AnyEvent>(STREAM.decision(campaignId));

/** From now on, what the rules in force are to the evaluation. */
function asSeen(change: (rule: ActiveRule) => ActiveRule): void {
  const { book } = at.rules;
  const inScope = book.inScope.bind(book);
  jest.spyOn(book, 'inScope').mockImplementation((...asked) => inScope(...asked).map(change));
}

describe('a rule that errors', () => {
  const broken = (one: ActiveRule): ActiveRule =>
    one.rule.ruleId !== 'broken'
      ? one
      : {
          ...one,
          matches: () => {
            throw new TypeError('It cannot be evaluated.');
          },
        };
  /** The broken rule is evaluated once more, for another campaign each time. */
  async function evaluateBroken(times: number): Promise<void> {
    await at.createRule('broken');
    await at.createRule('sound', { priority: 1 });
    asSeen(broken);
    for (const campaignId of CAMPAIGNS.slice(0, times)) {
      await at.register(campaignId);
      at.readModels.spend(campaignId, 4_800_000, 1);
      await until('the sound one fires', () =>
        at.received.some((command) => command.campaignId === campaignId),
      );
    }
  }
  const isDisabled = async (): Promise<boolean> =>
    (await eventsOf<AnyEvent>(STREAM.rule('broken'))).some(({ type }) => type === 'RuleDisabled');

  it('keeps no other from its work, and is disabled after five failures, with why in its history', async () => {
    await evaluateBroken(FAILURES_MAX);
    await until('disabled', isDisabled);
    expect((await eventsOf<AnyEvent>(STREAM.rule('broken'))).at(-1)).toMatchObject({
      type: 'RuleDisabled',
      data: {
        actor: 'flightdeck.rules',
        reason: 'Circuit breaker: it failed 5 times in a row, last with TypeError: It cannot be evaluated.',
      },
    });
    expect(new Set(at.received.map(({ ruleId }) => ruleId))).toEqual(new Set(['sound']));
    await until(
      'out of force',
      () => !at.rules.book.activeRules.some(({ rule }) => rule.ruleId === 'broken'),
    );
  });

  it('would go on for ever without its breaker (planted)', async () => {
    jest.spyOn(CircuitBreaker.prototype, 'failed').mockResolvedValue(undefined);
    await evaluateBroken(FAILURES_MAX + 2);
    expect(at.rules.stats.failedRules).toBeGreaterThan(FAILURES_MAX);
    expect(await isDisabled()).toBe(false);
  });
});

describe('a rule on facts that are too old', () => {
  /** Three looks on each of two days. */
  async function lookBlindly(): Promise<void> {
    await at.register('c1');
    await at.createRule('r1', { guards: { maxLagSeconds: 60 } });
    for (let look = 1; look <= 6; look += 1) {
      at.nowMs += look === 4 ? DAY_MS : MINUTE_MS;
      const before = at.rules.stats.silenced.blind;
      at.readModels.spend('c1', 4_800_000, look);
      await until('seen to be blind', () => at.rules.stats.silenced.blind > before);
    }
    await until('recorded', async () => (await decisionsOf('c1')).length >= 2);
  }

  it('orders nothing and is an alert of its own, once a day', async () => {
    await lookBlindly();
    expect(await decisionsOf('c1')).toMatchObject(
      ['2026-11-22', '2026-11-23'].map((day) => ({
        type: 'RuleWentBlind',
        data: { ruleId: 'r1', campaignId: 'c1', day, lagSeconds: expect.any(Number) },
      })),
    );
    expect(at.received).toEqual([]);
  });

  it('would tell of it at every look, if it forgot that it had (planted)', async () => {
    jest.spyOn(DecisionDesk.prototype, 'peek').mockReturnValue(undefined);
    const { decide } = decision;
    jest
      .spyOn(decision, 'decide')
      .mockImplementation((asked, book) => decide(asked, asked.type === 'RecordBlind' ? new Map() : book));
    await lookBlindly();
    expect((await decisionsOf('c1')).length).toBeGreaterThan(2);
  });
});

describe('a rule that is rolled out', () => {
  const fired = (): readonly string[] => at.received.map(({ campaignId }) => campaignId).sort();
  async function spendEverywhere(rollout: RuleDefinition['rollout']): Promise<void> {
    await at.createRule('r1', rollout === undefined ? {} : { rollout });
    await at.createRule('all', { priority: 1, action: { command: 'NotifyOwner', params: {} } });
    for (const campaignId of CAMPAIGNS) {
      await at.register(campaignId);
      at.readModels.spend(campaignId, 4_800_000, 1);
    }
    await until('everything is seen', () =>
      CAMPAIGNS.every((id) => at.received.some((one) => one.campaignId === id && one.ruleId === 'all')),
    );
    at.received.splice(0, Infinity, ...at.received.filter(({ ruleId }) => ruleId === 'r1'));
  }

  it('to a share of the campaigns acts on those and no others', async () => {
    await spendEverywhere({ percent: 40 });
    const expected = CAMPAIGNS.filter((id) =>
      isRolledOut({ ruleId: 'r1', rollout: { percent: 40 } }, id, []),
    ).sort();
    expect(expected.length).toBeGreaterThan(3);
    expect(expected.length).toBeLessThan(20);
    expect(fired()).toEqual(expected);
  });

  it('to some tags acts on no campaign without one', async () => {
    await spendEverywhere({ tags: ['pilot'] });
    expect(fired()).toEqual([]);
    expect(at.rules.stats.silenced['not-rolled-out']).toBeGreaterThan(0);
  });

  it('is caught: to everybody, it acts everywhere', async () => {
    await spendEverywhere(undefined);
    expect(fired()).toEqual([...CAMPAIGNS].sort());
  });
});

describe('two rules that pull opposite ways', () => {
  const budget = (factor: number) =>
    ({ action: { command: 'AdjustDailyBudget', params: { factor } } }) as const;

  it('come to the one that restricts, whatever its priority; what loses is recorded with why', async () => {
    await at.register('c1');
    await at.createRule('loosen', { ...budget(1.5), priority: 900 });
    await at.createRule('restrict', { ...budget(0.5), priority: 1 });
    await at.restart(); // so that both are known before the spend
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', 'CommandIssued', 'CommandDispatched');
    await until('recorded', async () => (await decisionsOf('c1')).length > 0);
    expect(at.received.map(({ ruleId }) => ruleId)).toEqual(['restrict']);
    expect(await decisionsOf('c1')).toMatchObject([
      {
        type: 'CommandSuppressed',
        data: { ruleId: 'loosen', by: 'restrict', why: expect.stringContaining('restrict') as unknown },
      },
    ]);
  });

  it('are both obeyed where they pull the same way (so it is the way that counts)', async () => {
    await at.register('c1');
    await at.createRule('one', { ...budget(0.8), priority: 900 });
    await at.createRule('other', { ...budget(0.5), priority: 1 });
    await at.restart();
    at.readModels.spend('c1', 4_800_000, 1);
    await until('both', () => at.received.length === 2);
    expect(await decisionsOf('c1')).toEqual([]);
  });
});
