import type { CommandBus } from '@flightdeck/bus';
import type { CommandDetail } from '@flightdeck/domain';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A bus, and the far end of it. */
export interface OpenedCommandBus {
  readonly bus: CommandBus;
  /** What has come out at the far end, in the order in which it came. */
  received(): Promise<readonly CommandDetail[]>;
  close(): Promise<void>;
}

/** A command detail for tests; `sequence` tells one from another. */
export function commandDetail(campaignId: string, sequence: number): CommandDetail {
  const commandId = `00000000-0000-5000-8000-${String(sequence).padStart(12, '0')}`;
  return {
    schemaVersion: 1,
    ...{ commandId, command: 'PauseCampaign', campaignId, advertiserId: 'adv1', sequence },
    ...{ issuedAt: '2026-11-22T10:00:00.000Z', expiresAt: '2026-11-22T10:15:00.000Z' },
    ...{ ruleId: 'r1', ruleRevision: 0, severity: 'critical', reason: 'Spend is over “the cap”: 91.2 %.' },
    facts: { 'utilization.today': 0.912, 'campaign.tags': ['a', 'b'], 'campaign.status': null },
    ...{ params: {}, cause: { stream: 'ads-00', revision: 41 } },
    links: { explanation: `/v1/commands/${commandId}/explanation` },
  };
}

/** Breaches of the port's promises after publishing `commands` once; empty when it is kept. Apart, so that a broken bus can be shown to be caught. */
export async function commandBusBreaches(
  opened: OpenedCommandBus,
  commands: readonly CommandDetail[],
): Promise<readonly string[]> {
  const before = (await opened.received()).length;
  const answers = await opened.bus.publish(commands);
  const received = (await opened.received()).slice(before);
  const breaches: string[] = [];
  if (answers.length !== commands.length)
    breaches.push(`${answers.length} answers to ${commands.length} commands`);
  if (!answers.every((answer) => answer.delivered)) breaches.push('a command was not delivered');
  const ids = (list: readonly CommandDetail[]) => list.map((command) => command.commandId).join();
  if (ids(received) !== ids(commands)) breaches.push('what came out is not what went in, in order');
  if (JSON.stringify(received) !== JSON.stringify(commands)) breaches.push('a detail was altered');
  return breaches;
}

/** What every command bus keeps: order, one answer for each command, every detail word for word, and a repeat is allowed. */
export function commandBusContract(name: string, open: () => Promise<OpenedCommandBus>): void {
  describe(`command bus: ${name}`, () => {
    let opened: OpenedCommandBus;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('has a name to be recorded', () => {
      expect(opened.bus.name).not.toBe('');
    });

    it('delivers commands of several campaigns in order, with one answer each', async () => {
      const commands = Array.from({ length: 25 }, (_, index) => commandDetail(`c${index % 3}`, index + 1));
      expect(await commandBusBreaches(opened, commands)).toEqual([]);
    });

    it('keeps order from one call to the next', async () => {
      for (let sequence = 1; sequence <= 5; sequence += 1) {
        expect(await commandBusBreaches(opened, [commandDetail('c1', sequence)])).toEqual([]);
      }
      expect((await opened.received()).map((command) => command.sequence)).toEqual([1, 2, 3, 4, 5]);
    });

    it('delivers a repeated command again: consumers de-duplicate', async () => {
      const command = commandDetail('c1', 1);
      expect(await commandBusBreaches(opened, [command])).toEqual([]);
      expect(await commandBusBreaches(opened, [command])).toEqual([]);
    });

    it('answers nothing to nothing', async () => {
      expect(await opened.bus.publish([])).toEqual([]);
    });
  });
}
