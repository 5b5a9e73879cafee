import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RulesFixture, until } from '../testing/rules-fixture.module.js';

let at: RulesFixture;
beforeEach(async () => {
  at = new RulesFixture();
  await at.start();
});
afterEach(() => at.close());

const HOUR_MS = 3_600_000;

describe('what is evaluated when', () => {
  it('evaluates rules whose facts move with the clock though nothing happens', async () => {
    await at.register('c1');
    await at.createRule('r1', {
      conditions: { all: [{ fact: 'time.localHour', operator: 'greaterThanInclusive', value: 11 }] },
    });
    await at.evaluated('c1', 1, 1);
    expect(at.received).toEqual([]);
    at.nowMs += HOUR_MS;
    await at.register('c2'); // wakes the loop, which finds the sweep due; c1 has not changed
    await until('both', () => at.received.length === 2);
    expect(at.received.map((command) => command.campaignId).sort()).toEqual(['c1', 'c2']);
  });

  it('evaluates a rule on today’s figures again when a local day begins', async () => {
    await at.register('c1');
    await at.createRule('r1', {
      conditions: { all: [{ fact: 'spend.today', operator: 'lessThan', value: 5 }] },
    });
    await at.settledAs('c1', 'CommandIssued', 'CommandDispatched');
    at.nowMs += 24 * HOUR_MS;
    await at.register('c2');
    await until(
      'the second day',
      () => at.received.filter((command) => command.campaignId === 'c1').length === 2,
    );
    expect(new Set(at.received.map((command) => command.commandId)).size).toBe(at.received.length);
  });

  it('evaluates a campaign whose terms have changed', async () => {
    await at.register('c1');
    await at.createRule('r1');
    await at.evaluated('c1', 2_000_000, 1);
    await at.tellCampaign('c1', {
      type: 'ChangeBudget',
      campaignId: 'c1',
      ...at.said(),
      budget: { dailyMicros: 2_100_000 },
    });
    await at.settledAs('c1', 'CommandIssued', 'CommandDispatched');
  });

  it('does again what failed', async () => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.failures = 1;
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', 'CommandIssued', 'CommandDispatched');
    expect(at.readModels.failures).toBe(0);
  });

  it('waits for figures that have caught up, or their lack would look like under-delivery', async () => {
    await at.register('c1');
    await at.createRule('r1', {
      conditions: { all: [{ fact: 'spend.today', operator: 'lessThan', value: 5 }] },
      guards: {},
    });
    await at.settledAs('c1', 'CommandIssued', 'CommandDispatched');
    at.readModels.caughtUp = false;
    await at.restart();
    await at.register('c2');
    expect(at.rules.stats.evaluations).toBe(0);
    at.readModels.caughtUp = true;
    await at.settledAs('c2', 'CommandIssued', 'CommandDispatched');
  });
});
