import { decodeJson } from '@flightdeck/contracts';
import { AdGroupRows } from '../projections/ad-group-rows.js';
import { countersAt, emptyCounters, SLOT, slot } from '../projections/counters.js';
import { HotCampaign, OWN_ROW } from '../projections/hot-campaign.js';
import { QUARANTINE_ID_TABLE } from '../projections/quarantine.js';
import { decodeCampaign, decodeCounters } from '../projections/row-codec.js';
import {
  AD_GROUP_TABLE,
  adGroupIn,
  CAMPAIGN_TABLE,
  DAY_TABLE,
  HOUR_TABLE,
  MINUTE_TABLE,
} from '../projections/row-keys.js';
import type { Row } from '../read-model-store.js';

/** What a row says, by field, for people and programs to compare. */
export type RowFields = Readonly<Record<string, unknown>>;

/** A row's fields by name. */
export function describeRow(table: string, row: Row): RowFields {
  if (table === CAMPAIGN_TABLE) return campaignFields(row);
  if (table === DAY_TABLE || table === HOUR_TABLE || table === MINUTE_TABLE) {
    const counters = emptyCounters();
    decodeCounters(row, counters, 0);
    return counterFields(counters, 0);
  }
  if (table === AD_GROUP_TABLE) {
    const groups = new AdGroupRows();
    groups.decode(adGroupIn(row.key), row.revision, row.value);
    return groups.describe(0);
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

function campaignFields(row: Row): RowFields {
  const campaign = new HotCampaign(row.key, row.partition);
  decodeCampaign(row, campaign);
  return {
    ...counterFields(campaign.slots, OWN_ROW),
    currency: campaign.currency,
    unregistered: campaign.unregistered,
    lastOccurredAtMs: campaign.lastOccurredAtMs,
    lastReceivedAtMs: campaign.lastReceivedAtMs,
    clicksJoined: campaign.clicksJoined,
    viewsJoined: campaign.viewsJoined,
    conversionsByClick: campaign.conversionsByClick,
    conversionsByView: campaign.conversionsByView,
  };
}

function counterFields(slots: Float64Array, at: number): RowFields {
  return {
    revision: slot(slots, at + SLOT.revision),
    fromRevision: slot(slots, at + SLOT.fromRevision),
    ...countersAt(slots, at),
    outOfRange: slots[at + SLOT.outOfRange] === 1,
  };
}
