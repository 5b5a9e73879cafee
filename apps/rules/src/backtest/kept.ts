import { encodeJson, decodeJson } from '@flightdeck/contracts';
import type { ReadModelStore, RowWrite } from '@flightdeck/read-models';

/** What a backtest remembers, beside its read models and written in one transaction with them. */
export const BACKTEST_TABLE = 'backtest@1';
/** Rows of a page when a range is read. */
export const PAGE_ROWS_MAX = 1_000;
/** A row of this table belongs to no partition. */
const NO_PARTITION = 0;
const AFTER_PREFIX = '\uffff';

/** A row by the rest of its key. */
export interface KeptRow<T> {
  readonly key: string;
  readonly value: T;
}

/** The rows of {@link BACKTEST_TABLE}: put aside until the next commit, and read from what is committed. */
export class Kept {
  private readonly writes = new Map<string, unknown>();
  /** Of the last commit: rows of a later one go over those of an earlier one. */
  private commits = 0;

  constructor(private readonly store: ReadModelStore) {}

  /** Rows that wait for the next commit. */
  get waiting(): number {
    return this.writes.size;
  }

  /** `value` is JSON; the last one put counts. */
  put(key: string, value: unknown): void {
    this.writes.set(key, value);
  }

  /** The rows to be committed now. */
  take(): readonly RowWrite[] {
    this.commits += 1;
    const revision = this.commits;
    this.writes.set(COMMITS, revision);
    const rows = Array.from(this.writes, ([key, value]) => ({
      ...{ table: BACKTEST_TABLE, key, partition: NO_PARTITION, revision },
      value: encodeJson(value),
    }));
    this.writes.clear();
    return rows;
  }

  /** Goes on after what is committed. */
  async load(): Promise<void> {
    const [commits] = await this.get<number>([COMMITS]);
    this.commits = commits ?? 0;
  }

  /** Committed rows, one answer per key. */
  async get<T>(keys: readonly string[]): Promise<readonly (T | undefined)[]> {
    const rows = await this.store.load(BACKTEST_TABLE, keys);
    return rows.map((row) => (row === undefined ? undefined : decodeJson<T>(row.value)));
  }

  /** Committed rows under a prefix in the order of their keys, page by page. */
  async *under<T>(prefix: string): AsyncGenerator<readonly KeptRow<T>[]> {
    for (let from = prefix; ;) {
      const rows = await this.store.range(BACKTEST_TABLE, {
        ...{ from, to: prefix + AFTER_PREFIX, max: PAGE_ROWS_MAX },
      });
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows.map(({ key, value }) => ({ key: key.slice(prefix.length), value: decodeJson<T>(value) }));
      if (rows.length < PAGE_ROWS_MAX) return;
      from = `${last.key}\u0000`;
    }
  }
}

const COMMITS = 'commits';
const DIGITS = 12;

/** A number as a key that sorts like it. */
export function ordinal(number: number): string {
  return String(number).padStart(DIGITS, '0');
}
