import { HOUR_MS, MINUTE_MS } from '@flightdeck/domain';
import { type AdFact, emptyFact } from '../ad-fact/ad-fact.js';
import { AdFactReader } from '../ad-fact/ad-fact-reader.js';
import type { LedgerEvent } from '../ledger-batch.js';
import { isAdGroupSpend } from '../projections/ad-group-rows.js';
import {
  AD_GROUP_TABLE,
  CAMPAIGN_TABLE,
  DAY_TABLE,
  HOUR_TABLE,
  MINUTE_TABLE,
  periodIn,
} from '../projections/row-keys.js';

/** Which events of a partition belong in a row of a campaign's figures. */
export interface RowEvents {
  readonly campaignId: string;
  belongs(fact: AdFact): boolean;
}

/** The events of a row of the figures, by its table and key; undefined for tables of anything else. */
export function rowEvents(table: string, key: string): RowEvents | undefined {
  const slash = key.lastIndexOf('/');
  const campaignId = table === CAMPAIGN_TABLE ? key : key.slice(0, slash);
  const ofCampaign = (fact: AdFact): boolean => fact.campaignId === campaignId;
  if (table === CAMPAIGN_TABLE) return { campaignId, belongs: ofCampaign };
  if (table === DAY_TABLE) {
    const day = key.slice(slash + 1);
    return { campaignId, belongs: (fact) => ofCampaign(fact) && fact.day === day };
  }
  if (table === AD_GROUP_TABLE) {
    const adGroup = key.slice(slash + 1);
    return {
      campaignId,
      belongs: (fact) => ofCampaign(fact) && fact.adGroup === adGroup && isAdGroupSpend(fact),
    };
  }
  const unitMs = table === HOUR_TABLE ? HOUR_MS : table === MINUTE_TABLE ? MINUTE_MS : undefined;
  if (unitMs === undefined) return undefined;
  const period = periodIn(key);
  return {
    campaignId,
    belongs: (fact) => ofCampaign(fact) && Math.floor(fact.occurredAtMs / unitMs) === period,
  };
}

/**
 * Reads only the events of one campaign of a partition, without reading the others further than it takes to see that they are
 * another's: a fact, or undefined. The fact is the same object each time.
 */
export class CampaignEventReader {
  private readonly reader = new AdFactReader();
  private readonly fact = emptyFact();
  private readonly id: Buffer;

  constructor(private readonly campaignId: string) {
    this.id = Buffer.from(`"${campaignId}"`);
  }

  read(stored: LedgerEvent): AdFact | undefined {
    const { buffer, byteOffset, byteLength } = stored.data;
    if (!Buffer.from(buffer, byteOffset, byteLength).includes(this.id)) return undefined;
    if (!this.reader.read(stored, this.fact)) return undefined;
    return this.fact.campaignId === this.campaignId ? this.fact : undefined;
  }
}
