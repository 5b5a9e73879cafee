import { decodeJson } from '@flightdeck/contracts';
import {
  CAMPAIGN_TABLE,
  DAY_TABLE,
  emptyCampaignRow,
  emptyRow,
  HOUR_TABLE,
  MINUTE_TABLE,
} from '../projections/hot-row.js';
import { QUARANTINE_ID_TABLE } from '../projections/quarantine.js';
import { decodeCampaign, decodeCounters } from '../projections/row-codec.js';
import type { Row } from '../read-model-store.js';

/** What a row says, by field, for people and programs to compare. */
export type RowFields = Readonly<Record<string, unknown>>;

/** Not what a row says, but where it is kept. */
const NOT_SAID = new Set(['table', 'key', 'partition', 'dirty']);

/** A row's fields by name. */
export function describeRow(table: string, row: Row): RowFields {
  if (table === CAMPAIGN_TABLE) {
    const campaign = emptyCampaignRow(row.key, row.partition);
    decodeCampaign(row, campaign);
    return said(campaign);
  }
  if (table === DAY_TABLE || table === HOUR_TABLE || table === MINUTE_TABLE) {
    const counters = emptyRow(table, row.key, row.partition);
    decodeCounters(row, counters);
    return said(counters);
  }
  if (table === QUARANTINE_ID_TABLE)
    return { revision: row.revision, record: Buffer.from(row.value).toString() };
  return { revision: row.revision, ...decodeJson<object>(row.value) };
}

/** Names of the fields in which two rows differ. */
export function fieldsThatDiffer(a: RowFields, b: RowFields): readonly string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

function said(row: object): RowFields {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_SAID.has(name)));
}
