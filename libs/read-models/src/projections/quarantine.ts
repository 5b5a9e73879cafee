import { decodeJson, type RecordQuarantined, type RecordRedriven } from '@flightdeck/contracts';
import type { QuarantineReason } from '@flightdeck/domain';
import { type LedgerEvent, partitionOf } from '../ledger-batch.js';
import type { ReadModelStore, RowWrite } from '../read-model-store.js';
import type { QuarantinedRecord, ReadModels } from '../read-models.js';
import type { DataQualityFold } from './data-quality.js';

export const QUARANTINE_TABLE = 'quarantine@1';
export const QUARANTINE_ID_TABLE = 'quarantine-id@1';
/** Records looked at for one page; a filter that matches few of them answers a short page and where to go on. */
const SCAN_MAX = 2_000;
/** Records read at a time: each may hold 64 KiB. */
const READ_MAX = 100;

/** The list of quarantined records, by arrival, and what became of them. */
export class QuarantineFold {
  /** Written with the next commit. */
  private readonly records = new Map<string, RowWrite>();
  private readonly ids = new Map<string, RowWrite>();

  constructor(
    private readonly store: ReadModelStore,
    private readonly quality: DataQualityFold,
  ) {}

  /** False for an event that this version knows nothing of. */
  async fold(stored: LedgerEvent): Promise<boolean> {
    const partition = partitionOf(stored.stream);
    const data: unknown = JSON.parse(Buffer.from(stored.data).toString());
    if (stored.type === 'RecordQuarantined') this.quarantine(stored, partition, data as RecordQuarantined);
    else if (stored.type === 'RecordRedriven')
      await this.redrive(stored, (data as RecordRedriven).quarantineId);
    else return false;
    return true;
  }

  takeWrites(): RowWrite[] {
    const writes = [...this.records.values(), ...this.ids.values()];
    this.records.clear();
    this.ids.clear();
    return writes;
  }

  private quarantine({ id, revision }: LedgerEvent, partition: number, data: RecordQuarantined): void {
    const { detail, source, receivedAt, bytesBase64, truncated } = data;
    const reason = data.reason as QuarantineReason;
    this.quality.refuse(partition, revision, reason);
    const record: QuarantinedRecord = {
      ...{ id, partition, reason, detail, source, receivedAt, bytesBase64, truncated },
      state: 'open',
    };
    const key = `${receivedAt}/${String(partition).padStart(5, '0')}/${String(revision).padStart(16, '0')}`;
    this.records.set(key, {
      table: QUARANTINE_TABLE,
      key,
      partition,
      revision,
      value: Buffer.from(JSON.stringify(record)),
    });
    this.ids.set(id, { table: QUARANTINE_ID_TABLE, key: id, partition, revision, value: Buffer.from(key) });
  }

  private async redrive({ revision }: LedgerEvent, quarantineId: string): Promise<void> {
    const indexed =
      this.ids.get(quarantineId)?.value ??
      (await this.store.load(QUARANTINE_ID_TABLE, [quarantineId]))[0]?.value;
    if (indexed === undefined) throw new Error(`Redriven record ${quarantineId} was never quarantined.`);
    const key = Buffer.from(indexed).toString();
    const row = this.records.get(key) ?? (await this.store.load(QUARANTINE_TABLE, [key]))[0];
    if (row?.value == null || row.revision >= revision) return;
    const record = {
      ...decodeJson<QuarantinedRecord>(row.value),
      state: 'redriven',
    };
    const { partition } = row;
    this.records.set(key, {
      table: QUARANTINE_TABLE,
      key,
      partition,
      revision,
      value: Buffer.from(JSON.stringify(record)),
    });
  }
}

/** Committed records, newest first. */
export async function listQuarantined(
  store: ReadModelStore,
  { state, reason, cursor, max }: Parameters<ReadModels['quarantined']>[0],
): ReturnType<ReadModels['quarantined']> {
  const items: QuarantinedRecord[] = [];
  let to = cursor ?? '\uffff';
  for (let scanned = 0; scanned < SCAN_MAX; scanned += READ_MAX) {
    const rows = await store.range(QUARANTINE_TABLE, { from: '', to, max: READ_MAX, reverse: true });
    for (const { key, value } of rows) {
      const record = decodeJson<QuarantinedRecord>(value);
      to = key;
      if ((state ?? record.state) !== record.state || (reason ?? record.reason) !== record.reason) continue;
      items.push(record);
      if (items.length === max) return { items, next: key };
    }
    if (rows.length < READ_MAX) return { items, next: null };
  }
  return { items, next: to };
}

/** A committed record by the id of its quarantine event. */
export async function quarantinedById(
  store: ReadModelStore,
  id: string,
): Promise<QuarantinedRecord | undefined> {
  const [indexed] = await store.load(QUARANTINE_ID_TABLE, [id]);
  if (indexed === undefined) return undefined;
  const [row] = await store.load(QUARANTINE_TABLE, [Buffer.from(indexed.value).toString()]);
  return row === undefined ? undefined : decodeJson<QuarantinedRecord>(row.value);
}
