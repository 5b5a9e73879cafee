import { createHash, type Hash } from 'node:crypto';
import type { ReadModelStore, Row } from '../read-model-store.js';
import { rowsOf } from './rows-of.js';

/** The digest of what one partition has in one table. */
export interface DigestLine {
  readonly table: string;
  readonly partition: number;
  readonly rows: number;
  /** Hex SHA-256 over the rows in key order; see {@link hashRow}. */
  readonly sha256: string;
}

/**
 * Digests a store's tables, a line for each table and partition. A partition's rows depend on its own streams alone, so
 * lines of partitions that were folded apart make the same digest together as those of one store that holds them all.
 */
export async function digestLines(
  store: ReadModelStore,
  tables: readonly string[],
): Promise<readonly DigestLine[]> {
  const lines: DigestLine[] = [];
  for (const table of tables) {
    const sums = new Map<number, { readonly hash: Hash; rows: number }>();
    for await (const rows of rowsOf(store, table)) {
      for (const row of rows) {
        let sum = sums.get(row.partition);
        if (sum === undefined) sums.set(row.partition, (sum = { hash: createHash('sha256'), rows: 0 }));
        hashRow(sum.hash, row);
        sum.rows += 1;
      }
    }
    for (const [partition, { hash, rows }] of sums)
      lines.push({ table, partition, rows, sha256: hash.digest('hex') });
  }
  return lines;
}

/** One digest of all lines: hex SHA-256 over `table partition rows sha256`, a line each, sorted. */
export function digestOf(lines: readonly DigestLine[]): string {
  const texts = lines.map(
    ({ table, partition, rows, sha256 }) =>
      `${table} ${String(partition).padStart(5, '0')} ${rows} ${sha256}\n`,
  );
  return createHash('sha256').update(texts.sort().join('')).digest('hex');
}

/** Key, revision and value, each with its length before it, so that no two rows read as another. */
function hashRow(hash: Hash, { key, revision, value }: Row): void {
  hash.update(`${Buffer.byteLength(key)}:${key}${revision}:${value.byteLength}:`);
  hash.update(value);
}
