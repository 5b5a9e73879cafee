import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { CommandDesk, type Handled } from './desk/command-desk.js';
import { RulesFixture, until } from './testing/rules-fixture.module.js';

let at: RulesFixture;
beforeEach(async () => {
  at = new RulesFixture();
  await at.start();
});
afterEach(() => at.close());

const HOUR_MS = 3_600_000;
const ONCE = ['CommandIssued', 'CommandDispatched'] as const;

describe('deciding', () => {
  it('turns spend into one command on the bus, with its reason, its facts and its cause', async () => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_560_000, 41);
    await at.settledAs('c1', ...ONCE);
    const { commandId } = at.first;
    expect(at.received).toEqual([
      {
        ...{
          schemaVersion: 1,
          commandId,
          command: 'PauseCampaign',
          campaignId: 'c1',
          advertiserId: 'adv1',
          sequence: 1,
        },
        ...{ issuedAt: '2026-11-22T15:00:00.000Z', expiresAt: '2026-11-22T15:15:00.000Z' },
        ...{ ruleId: 'r1', ruleRevision: 0, severity: 'critical' },
        reason: 'Spend today is 91.2 % of the daily budget of 5.00 USD (rule “90 percent”).',
        facts: {
          'utilization.today': 0.912,
          'spend.today': 4_560_000,
          'budget.daily': 5_000_000,
          'campaign.status': 'active',
        },
        params: {},
        cause: { stream: 'ads-03', revision: 41 },
        links: { explanation: `/v1/commands/${commandId}/explanation` },
      },
    ]);
  });

  const evaluateTwice = async (): Promise<void> => {
    await at.register('c1');
    await at.createRule('r1');
    for (let revision = 1; revision <= 5; revision += 1) await at.evaluated('c1', 4_800_000, revision);
    await until('sent', () => at.received.length > 0);
    await at.evaluated('c1', 4_900_000, 6);
  };
  it('decides once however often it evaluates', async () => {
    await evaluateTwice();
    await at.settledAs('c1', ...ONCE);
  });
  it('is caught when it decides more often: a desk that forgets what has fired', async () => {
    await at.restart({ desk: (store) => new ForgetfulDesk(store) });
    await evaluateTwice();
    await until(
      'a second command',
      async () => (await at.typesOf('c1')).filter((type) => type === 'CommandIssued').length > 1,
    );
  });

  it('says nothing below the threshold, and fires a rule that was made after the spend', async () => {
    await at.register('c1');
    await at.createRule('r1');
    await at.evaluated('c1', 4_400_000, 1);
    await at.createRule('r2', {
      conditions: { all: [{ fact: 'spend.last15m', operator: 'greaterThan', value: 1_000_000 }] },
    });
    await at.settledAs('c1', ...ONCE);
    expect(at.first.ruleId).toBe('r2');
    expect(at.first.reason).toBe(
      'Spend in the last 15 minutes is 4.40 USD, more than 1.00 USD (rule “90 percent”).',
    );
  });

  it('evaluates the highest priority first, then by id', async () => {
    await at.register('c1');
    const notify = { action: { command: 'NotifyOwner', params: {} } } as const;
    await at.createRule('rb', { ...notify, priority: 10 });
    await at.createRule('ra', { ...notify, priority: 10 });
    await at.createRule('rc', { ...notify, priority: 900 });
    await at.restart(); // so that all three are known before the spend
    await until('started', () => at.rules.stats.evaluations > 0);
    at.readModels.spend('c1', 4_800_000, 1);
    await until('three commands', () => at.received.length === 3);
    expect(at.received.map(({ ruleId, sequence }) => `${ruleId} ${sequence}`)).toEqual([
      'rc 1',
      'ra 2',
      'rb 3',
    ]);
    await until('measured', () => at.rules.stats.latency()?.count === 3);
    expect(at.rules.stats.latency()).toMatchObject({ p50: 3 * HOUR_MS, max: 3 * HOUR_MS }); // received at noon UTC
    await until('all recorded', () => at.rules.stats.outboxWaiting() === 0);
  });

  it('leaves alone what does not serve, unless asked', async () => {
    await at.register('c1');
    await at.tellCampaign('c1', { type: 'PauseCampaign', campaignId: 'c1', ...at.said() });
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await until('silent', () => at.rules.stats.silenced['not-serving'] > 0);
    await at.createRule('r2', { guards: { evenWhenNotServing: true } });
    await until('fired', () => at.received.length === 1);
    expect(at.first.ruleId).toBe('r2');
  });

  it('looks at a campaign nobody registered, without a budget to compare its spend with', async () => {
    await at.createRule('r1');
    await at.createRule('r2', { scope: { advertiserId: 'adv1' } });
    await at.createRule('r3', {
      conditions: {
        all: [{ fact: 'spend.today', operator: 'greaterThan', value: { fact: 'budget.daily' } }],
      },
    });
    await at.createRule('r4', {
      conditions: { all: [{ fact: 'spend.today', operator: 'greaterThan', value: 1 }] },
    });
    at.readModels.spend('stray', 9_000_000, 1);
    await at.settledAs('stray', ...ONCE);
    expect(at.first).toMatchObject({ ruleId: 'r4', advertiserId: null });
  });

  it('looks at a registered campaign without any event', async () => {
    await at.register('c1');
    await at.createRule('r1', {
      conditions: { all: [{ fact: 'impressions.today', operator: 'equal', value: 0 }] },
    });
    await at.settledAs('c1', ...ONCE);
    expect(at.first.cause).toEqual({ stream: 'campaign-c1', revision: 0 });
  });
});

describe('over a restart', () => {
  it('issues one command', async () => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    await at.restart();
    await until(
      'evaluated at the start',
      () => at.rules.stats.silenced.AlreadyFired + at.rules.stats.spent > 0,
    );
    await at.settledAs('c1', ...ONCE);
    expect(at.received).toHaveLength(1);
  });

  it('evaluates what changed while nobody looked', async () => {
    await at.register('c1');
    await at.createRule('r1');
    await at.rules.stop();
    at.readModels.spend('c1', 4_800_000, 1);
    at.readModels.forgetChanges(); // nobody will tell of it
    await at.start();
    await at.settledAs('c1', ...ONCE);
  });
});

/** The planted bug: nothing it is asked has fired before, and every id is new. */
class ForgetfulDesk extends CommandDesk {
  override peek(): undefined {
    return undefined;
  }
  override handle(campaignId: string, asked: Parameters<CommandDesk['handle']>[1]): Promise<Handled> {
    if (asked.type !== 'IssueCommand') return super.handle(campaignId, asked);
    const firing = { ...asked.firing, threshold: randomUUID() };
    return super.handle(campaignId, { ...asked, firing, derive: () => randomUUID() });
  }
}
