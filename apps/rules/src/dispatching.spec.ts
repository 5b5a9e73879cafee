import { ACKNOWLEDGE_WITHIN_MS } from '@flightdeck/domain';
import { encodeJson, STREAM } from '@flightdeck/contracts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { RulesFixture, until } from './testing/rules-fixture.module.js';

let at: RulesFixture;
beforeEach(async () => {
  at = new RulesFixture();
  await at.start();
});
afterEach(() => at.close());

const ONCE = ['CommandIssued', 'CommandDispatched'] as const;

describe('sending', () => {
  it('sends the same command again after a crash between publishing and recording it', async () => {
    await at.register('c1');
    await at.createRule('r1');
    let release = (): void => undefined;
    const publish: typeof at.bus.publish = async (commands) => {
      await at.bus.publish(commands);
      return new Promise((_, reject) => (release = () => reject(new Error('killed'))));
    };
    await at.restart({ bus: { name: 'lost', publish } });
    at.readModels.spend('c1', 4_800_000, 1);
    await until('published', () => at.received.length === 1);
    await at.settledAs('c1', 'CommandIssued');
    await at.rules.kill(() => release());
    await at.start();
    await at.settledAs('c1', ...ONCE);
    expect(at.received.map((command) => command.commandId)).toEqual([at.first.commandId, at.first.commandId]);
  });

  it('tries again what the bus refused, in order, and gives up what no try will help', async () => {
    let refusals = 2;
    const publish: typeof at.bus.publish = async (commands) => {
      if (commands.some((command) => command.campaignId === 'c2')) {
        return commands.map(() => ({ delivered: false, error: 'forbidden', retryable: false }));
      }
      if (refusals-- > 0) return commands.map(() => ({ delivered: false, error: 'busy', retryable: true }));
      return at.bus.publish(commands);
    };
    await at.register('c1');
    await at.register('c2');
    await at.createRule('r1', { scope: { campaignIds: ['c1'] } });
    await at.createRule('r2', { scope: { campaignIds: ['c1'] }, priority: 1 });
    await at.createRule('r3', { scope: { campaignIds: ['c2'] } });
    await at.restart({ bus: { name: 'flaky', publish } });
    at.readModels.spend('c1', 4_800_000, 1);
    const passing = setInterval(() => (at.nowMs += 50), 1); // backoff is counted on the process's clock
    await until('sent', () => at.received.length === 2).finally(() => clearInterval(passing));
    expect(at.received.map((command) => command.sequence)).toEqual([1, 2]);
    at.readModels.spend('c2', 4_800_000, 1);
    await at.settledAs('c2', 'CommandIssued', 'CommandFailed');
  });

  it('writes off what nobody answered in time, and still takes the answer', async () => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    at.nowMs += 16 * 60_000;
    await at.settledAs('c1', ...ONCE, 'CommandUnacknowledged', 'CommandExpired');
    await at.acknowledge(at.first);
    await until('paused', () => at.statusOf('c1') === 'paused');
  });

  it('raises the alert that nobody answers once, before the end, also after kill -9', async () => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    at.nowMs += ACKNOWLEDGE_WITHIN_MS - 1;
    await at.rules.kill();
    await at.start();
    await at.evaluated('c1', 4_900_000, 2);
    expect(at.rules.stats.unacknowledged).toBe(0);
    at.nowMs += 1;
    await at.settledAs('c1', ...ONCE, 'CommandUnacknowledged');
    await until('counted', () => at.rules.stats.unacknowledged === 1); // a moment after it is recorded
    await at.rules.kill();
    await at.start();
    at.nowMs += 16 * 60_000;
    await at.settledAs('c1', ...ONCE, 'CommandUnacknowledged', 'CommandExpired');
    await until('counted', () => at.rules.stats.expired === 1);
    expect(at.rules.stats.unacknowledged).toBe(0);
  });

  it('raises no alert for what was answered in time', async () => {
    await at.register('c1');
    await at.register('c2');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    await at.acknowledge(at.first);
    at.readModels.spend('c2', 4_800_000, 2);
    await at.settledAs('c2', ...ONCE);
    at.nowMs += ACKNOWLEDGE_WITHIN_MS;
    await at.settledAs('c2', ...ONCE, 'CommandUnacknowledged'); // by then both were looked at
    expect(await at.typesOf('c1')).toEqual([...ONCE, 'CommandAcknowledged']);
  });

  it('does not send what was sent, even by another process', async () => {
    const commandId = randomUUID();
    const issued = {
      schemaVersion: 1,
      commandId,
      campaignId: 'c9',
      expiresAt: '2026-11-22T16:00:00.000Z',
      period: '2026-11-22',
    };
    const dispatched = { commandId, at: '2026-11-22T15:00:00.000Z', bus: 'other', attempts: 1 };
    const event = (type: string, data: object) => ({
      id: randomUUID(),
      type,
      data: encodeJson(data),
      metadata: encodeJson({}),
    });
    await at.rules.store.append(
      STREAM.command('c9'),
      [event('CommandIssued', issued), event('CommandDispatched', dispatched)],
      'no-stream',
    );
    await at.restart();
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    expect(at.received.map((command) => command.campaignId)).toEqual(['c1']);
  });

  it('begins after a restart where the oldest open command is', async () => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    await at.restart();
    const whileOpen = await at.rules.checkpoints.load();
    await at.acknowledge(at.first);
    await until('paused', () => at.statusOf('c1') === 'paused');
    await at.restart();
    expect(await at.rules.checkpoints.load()).not.toBe(whileOpen);
    expect(at.received).toHaveLength(1);
  });
});

describe('an acknowledgement', () => {
  const paused = async (): Promise<void> => {
    await at.register('c1');
    await at.createRule('r1');
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    at.nowMs += 1_000;
    await at.acknowledge(at.first);
    await until('paused', () => at.statusOf('c1') === 'paused');
  };

  it('pauses the campaign once, and not again after somebody resumed it and it is read once more', async () => {
    await paused();
    at.nowMs += 1_000;
    await at.tellCampaign('c1', { type: 'ResumeCampaign', campaignId: 'c1', ...at.said() });
    await at.rules.kill(); // no checkpoint: everything is read again
    await at.start();
    await at.register('c2');
    await at.evaluated('c2', 4_800_000, 2);
    await at.settledAs('c2', ...ONCE); // its events come after the acknowledgement
    await at.rules.campaigns.caughtUp();
    expect(at.statusOf('c1')).toBe('active');
  });

  it('changes the budget to what was worked out at the decision', async () => {
    await at.register('c1');
    await at.createRule('r1', { action: { command: 'AdjustDailyBudget', params: { factor: 1.2 } } });
    at.readModels.spend('c1', 4_800_000, 1);
    await at.settledAs('c1', ...ONCE);
    expect(at.first.params).toEqual({ dailyMicros: 6_000_000, factor: 1.2, previousDailyMicros: 5_000_000 });
    await at.acknowledge(at.first);
    await until('changed', () => at.rules.campaigns.get('c1')?.campaign.budget.dailyMicros === 6_000_000);
    expect(at.rules.campaigns.get('c1')?.campaign.budget.lifetimeMicros).toBe(150_000_000);
  });
});
