import type { CommandEvent, CommandState } from '@flightdeck/domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issued } from '../testing/fixtures.js';
import { lmdbCommandIndex } from './adapters/lmdb-command-index.js';
import { foldCommand, type CommandIndex } from './command-index.js';

const AT = '2026-11-22T10:00:00.000Z';
const STATES: readonly (CommandState | undefined)[] = [
  undefined,
  'issued',
  'dispatched',
  'acknowledged',
  'expired',
  'failed',
];
const NEXT: readonly ((commandId: string) => CommandEvent)[] = [
  (commandId) => ({ type: 'CommandDispatched', data: { commandId, at: AT, bus: 'local', attempts: 1 } }),
  (commandId) => ({
    type: 'CommandAcknowledged',
    data: { commandId, at: AT, outcome: 'applied', actor: 'system' },
  }),
  (commandId) => ({
    type: 'CommandUnacknowledged',
    data: {
      ...{ commandId, at: AT, command: 'PauseCampaign', severity: 'info', ruleId: 'r1' },
      ...{ dispatchedAt: AT, expiresAt: AT },
    },
  }),
  (commandId) => ({ type: 'CommandExpired', data: { commandId, at: AT } }),
  (commandId) => ({
    type: 'CommandFailed',
    data: { commandId, at: AT, bus: 'local', error: 'no', attempts: 5 },
  }),
];

interface Expected {
  readonly id: string;
  readonly campaignId: string;
  readonly ruleId: string;
  readonly state: CommandState;
  readonly unacknowledged: boolean;
}

/** What the index must say: the same fold over a plain list. */
function model(events: readonly CommandEvent[]): Expected[] {
  const rows = new Map<string, ReturnType<typeof foldCommand>>();
  for (const event of events)
    rows.set(event.data.commandId, foldCommand(rows.get(event.data.commandId), event));
  return [...rows.values()]
    .map(({ detail: { commandId: id, campaignId, ruleId }, state, unacknowledgedAt }) => ({
      ...{ id, campaignId, ruleId, state },
      unacknowledged: unacknowledgedAt !== null,
    }))
    .reverse();
}

function listAll(
  index: CommandIndex,
  campaignId: string | undefined,
  state: CommandState | undefined,
  ruleId?: string,
  unacknowledged?: true,
): string[] {
  const listed: string[] = [];
  for (let before: number | null | undefined; before !== null;) {
    const page = index.list({
      max: 2,
      ...(campaignId === undefined ? {} : { campaignId }),
      ...(state === undefined ? {} : { state }),
      ...(ruleId === undefined ? {} : { ruleId }),
      ...(unacknowledged === undefined ? {} : { unacknowledged }),
      ...(before === undefined ? {} : { before }),
    });
    listed.push(...page.items.map(({ detail }) => detail.commandId));
    before = page.next;
  }
  return listed;
}

function differences(index: CommandIndex, expected: readonly Expected[]): string[] {
  const wrong: string[] = [];
  for (const state of STATES) {
    for (const campaignId of [undefined, 'c0', 'c1', 'c2'])
      for (const ruleId of [undefined, 'r0', 'r1'])
        for (const unacknowledged of [undefined, true] as const) {
          const fitting = expected.filter(
            (row) =>
              (campaignId ?? row.campaignId) === row.campaignId &&
              (state ?? row.state) === row.state &&
              (ruleId ?? row.ruleId) === row.ruleId &&
              (unacknowledged ?? row.unacknowledged) === row.unacknowledged,
          );
          const listed = listAll(index, campaignId, state, ruleId, unacknowledged);
          if (listed.join() !== fitting.map(({ id }) => id).join())
            wrong.push(
              `${campaignId ?? '*'}/${state ?? '*'}/${ruleId ?? '*'}${unacknowledged ? ' unanswered' : ''}`,
            );
        }
    const inState = expected.filter((row) => row.state === state).length;
    if (state !== undefined && index.count(state) !== inState) wrong.push(`count ${state}`);
  }
  return wrong;
}

async function withIndex(work: (index: CommandIndex) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-index-'));
  const index = lmdbCommandIndex(join(directory, 'index'));
  try {
    await work(index);
  } finally {
    await index.close();
    rmSync(directory, { recursive: true });
  }
}

const steps = fc.array(
  fc.record({ campaign: fc.nat(2), command: fc.nat(4), next: fc.nat(4), cut: fc.boolean() }),
  { maxLength: 30 },
);

describe('the command index', () => {
  it('lists and counts as a plain fold does, however the events are batched', async () => {
    await fc.assert(
      fc.asyncProperty(steps, (made) =>
        withIndex(async (index) => {
          const known: CommandEvent[] = [];
          const events: CommandEvent[] = [];
          let batch: CommandEvent[] = [];
          for (const [i, { campaign, command, next, cut }] of made.entries()) {
            const target = known[command];
            const event =
              target === undefined
                ? issued(`c${campaign}`, i + 1, { ruleId: `r${campaign % 2}` })
                : NEXT[next]?.(target.data.commandId);
            if (event === undefined) throw new Error('There is no such step.');
            if (target === undefined) known.push(event);
            events.push(event);
            batch.push(event);
            if (!cut) continue;
            await index.apply(batch, String(i));
            batch = [];
          }
          await index.apply(batch, 'end');
          expect(differences(index, model(events))).toEqual([]);
          expect(index.checkpoint).toBe('end');
        }),
      ),
      { numRuns: 30 },
    );
  });

  it('would notice a row in the wrong order', () =>
    withIndex(async (index) => {
      const events = [issued('c0', 1), issued('c0', 2)];
      await index.apply(events, 'end');
      expect(differences(index, model([...events].reverse()))).toContain('*/*/*');
    }));

  it('refuses an answer to a command that was never issued', () => {
    expect(() =>
      foldCommand(undefined, { type: 'CommandExpired', data: { commandId: 'x', at: AT } }),
    ).toThrow('never issued');
  });
});
