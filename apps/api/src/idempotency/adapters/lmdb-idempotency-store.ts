import {
  IDEMPOTENCY_RECORDS_MAX,
  IDEMPOTENCY_TTL_MS,
  type IdempotencyRecord,
  type IdempotencyStore,
} from '@flightdeck/platform';
import { open } from 'lmdb';

interface Row extends IdempotencyRecord {
  readonly atMs: number;
}
type Key = ['row', string] | ['age', number, string] | 'count';

/** Rows forgotten at most while one is kept, so that no request pays for all the others. */
const FORGOTTEN_AT_ONCE_MAX = 64;

/** Answers by idempotency key in an LMDB environment of their own; one process owns it. */
export function lmdbIdempotencyStore(
  path: string,
  recordsMax = IDEMPOTENCY_RECORDS_MAX,
): IdempotencyStore & { close(): Promise<void> } {
  const db = open<unknown, Key>({ path, encoding: 'json' });

  /** The oldest go: those past their time, and those over the number. */
  const forgetOld = (nowMs: number): number => {
    let count = (db.get('count') as number | undefined) ?? 0;
    const oldest = db.getKeys({
      start: ['age', 0, ''],
      end: ['age', Infinity, ''],
      limit: FORGOTTEN_AT_ONCE_MAX,
    });
    for (const key of [...oldest]) {
      const [, atMs, id] = key as ['age', number, string];
      if (atMs > nowMs - IDEMPOTENCY_TTL_MS && count < recordsMax) break;
      void db.remove(key);
      void db.remove(['row', id]);
      count--;
    }
    return count;
  };

  return {
    find: async (key, nowMs) => {
      const row = db.get(['row', key]) as Row | undefined;
      if (row === undefined || row.atMs <= nowMs - IDEMPOTENCY_TTL_MS) return undefined;
      return { fingerprint: row.fingerprint, answer: row.answer };
    },
    keep: async (key, record, nowMs) => {
      await db.transaction(() => {
        const count = forgetOld(nowMs);
        const before = db.get(['row', key]) as Row | undefined;
        if (before !== undefined) void db.remove(['age', before.atMs, key]);
        void db.put(['row', key], { ...record, atMs: nowMs } satisfies Row);
        void db.put(['age', nowMs, key], true);
        void db.put('count', before === undefined ? count + 1 : count);
      });
      await db.flushed;
    },
    close: () => db.close(),
  };
}
