import type {
  CommitResult,
  RangeQuery,
  ReadModelCommit,
  ReadModelStore,
  Row,
  RowWrite,
  Writer,
} from '../read-model-store.js';

/** Rows in memory, for a fold that lives as long as the answer that is made from it. */
export function memoryRows(): ReadModelStore {
  return new MemoryRows();
}

class MemoryRows implements ReadModelStore {
  private writer: Writer = 0;
  private readonly tables = new Map<string, Map<string, Row>>();
  private readonly checkpoints = new Map<string, string>();

  async takeOver(): Promise<Writer> {
    return ++this.writer;
  }

  async commit(writer: Writer, { rows, checkpoints }: ReadModelCommit): Promise<CommitResult> {
    if (writer !== this.writer) return { ok: false, reason: 'fenced' };
    for (const row of rows) this.refuseAnother(row);
    const seen = rows.filter((row) => !this.write(row)).length;
    for (const [source, checkpoint] of Object.entries(checkpoints)) this.checkpoints.set(source, checkpoint);
    return { ok: true, seen };
  }

  async checkpoint(source: string): Promise<string | undefined> {
    return this.checkpoints.get(source);
  }

  load(table: string, keys: readonly string[]): readonly (Row | undefined)[] {
    const rows = this.tables.get(table);
    return keys.map((key) => rows?.get(key));
  }

  async range(table: string, { from, to, max, reverse = false }: RangeQuery): Promise<readonly Row[]> {
    const [low, high] = [Buffer.from(from), Buffer.from(to)];
    const rows = [...(this.tables.get(table)?.values() ?? [])]
      .map((row) => ({ row, bytes: Buffer.from(row.key) }))
      .filter(({ bytes }) => bytes.compare(low) >= 0 && bytes.compare(high) < 0)
      .sort((a, b) => a.bytes.compare(b.bytes))
      .map(({ row }) => row);
    return (reverse ? rows.reverse() : rows).slice(0, max);
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  private refuseAnother({ table, key, partition }: RowWrite): void {
    const stored = this.tables.get(table)?.get(key);
    if (stored !== undefined && stored.partition !== partition)
      throw new Error(`Row ${table}/${key} belongs to partition ${stored.partition}, not ${partition}.`);
  }

  private write({ table, key, partition, revision, value }: RowWrite): boolean {
    const rows = this.tables.get(table) ?? new Map<string, Row>();
    this.tables.set(table, rows);
    const stored = rows.get(key);
    if (stored !== undefined && stored.revision >= revision) return false;
    if (value === null) rows.delete(key);
    else rows.set(key, { key, partition, revision, value: Uint8Array.from(value) });
    return true;
  }
}
