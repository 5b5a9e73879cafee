import type { CommandEvent, CommandState } from '@flightdeck/domain';
import type { Checkpoint } from '@flightdeck/event-store';
import { open } from 'lmdb';
import { foldCommand, type CommandIndex, type CommandQuery, type CommandRow } from '../command-index.js';

interface Stored {
  readonly order: number;
  readonly row: CommandRow;
}
type Key =
  | ['row', string]
  | ['all', number]
  | ['campaign', string, number]
  | ['rule', string, number]
  | ['state', CommandState, number]
  | ['unacknowledged', number]
  | ['count', CommandState]
  | 'checkpoint'
  | 'next';

/** Rows looked at for one page when filters have no order of their own (a campaign's commands in one state, or of one rule). */
const LOOKED_AT_MAX = 10_000;

/**
 * The command index in an LMDB environment: memory stays flat however many commands there are. It is a fold, so it needs no
 * flush of its own: rows and checkpoint are one transaction, and after a crash the fold goes on from the checkpoint.
 */
export function lmdbCommandIndex(path: string): CommandIndex {
  const db = open<unknown, Key>({ path, encoding: 'json' });
  const read = (commandId: string): Stored | undefined => db.get(['row', commandId]) as Stored | undefined;
  const number = (key: Key): number => (db.get(key) as number | undefined) ?? 0;

  const put = (event: CommandEvent): void => {
    const { commandId } = event.data;
    const before = read(commandId);
    const row = foldCommand(before?.row, event);
    const order = before?.order ?? number('next');
    if (before === undefined) {
      void db.put('next', order + 1);
      void db.put(['all', order], commandId);
      void db.put(['campaign', row.detail.campaignId, order], commandId);
      void db.put(['rule', row.detail.ruleId, order], commandId);
    }
    if (before?.row.state !== row.state) {
      if (before !== undefined) {
        void db.remove(['state', before.row.state, order]);
        void db.put(['count', before.row.state], number(['count', before.row.state]) - 1);
      }
      void db.put(['state', row.state, order], commandId);
      void db.put(['count', row.state], number(['count', row.state]) + 1);
    }
    if (row.unacknowledgedAt !== null) void db.put(['unacknowledged', order], commandId);
    void db.put(['row', commandId], { order, row } satisfies Stored);
  };

  return {
    get: (commandId) => read(commandId)?.row,
    list: (query) => {
      const items: CommandRow[] = [];
      let lookedAt = 0;
      let last: number | undefined;
      for (const { key, value } of db.getRange({ ...rangeOf(query), reverse: true })) {
        if (items.length >= query.max || lookedAt >= LOOKED_AT_MAX) return { items, next: last ?? null };
        lookedAt++;
        last = (key as readonly unknown[]).at(-1) as number;
        const row = read(value as string)?.row;
        if (row !== undefined && isWanted(row, query)) items.push(row);
      }
      return { items, next: null };
    },
    count: (state) => number(['count', state]),
    get checkpoint() {
      return (db.get('checkpoint') as Checkpoint | undefined) ?? 'start';
    },
    apply: async (events, checkpoint) => {
      await db.transaction(() => {
        for (const event of events) put(event);
        void db.put('checkpoint', checkpoint);
      });
    },
    close: () => db.close(),
  };
}

/** Reverse ranges begin at the newest: strictly before `before`, down to the first. */
function rangeOf({ campaignId, ruleId, state, unacknowledged, before }: CommandQuery): {
  readonly start: Key;
  readonly end: Key;
} {
  const start = before === undefined ? Infinity : before - 1;
  if (campaignId !== undefined)
    return { start: ['campaign', campaignId, start], end: ['campaign', campaignId, -1] };
  if (ruleId !== undefined) return { start: ['rule', ruleId, start], end: ['rule', ruleId, -1] };
  if (state !== undefined) return { start: ['state', state, start], end: ['state', state, -1] };
  if (unacknowledged === true) return { start: ['unacknowledged', start], end: ['unacknowledged', -1] };
  return { start: ['all', start], end: ['all', -1] };
}

/** What the order that was read does not say. */
function isWanted({ state, detail, unacknowledgedAt }: CommandRow, query: CommandQuery): boolean {
  return (
    (query.state === undefined || state === query.state) &&
    (query.unacknowledged === undefined || unacknowledgedAt !== null) &&
    (query.ruleId === undefined || detail.ruleId === query.ruleId)
  );
}
