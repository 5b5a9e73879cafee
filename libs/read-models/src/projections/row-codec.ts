import type { Row } from '../read-model-store.js';
import { COUNTER_SLOTS, SLOT } from './counters.js';
import { type HotCampaign, OWN_ROW } from './hot-campaign.js';

/** Stored rows are little-endian float64 slots: the counters, and after them what a campaign's own row also says. */
const CAMPAIGN_SLOTS = COUNTER_SLOTS + 8;
const SLOT_BYTES = Float64Array.BYTES_PER_ELEMENT;
const scratch = new Float64Array(CAMPAIGN_SLOTS);
const scratchBytes = Buffer.from(scratch.buffer);
const CURRENCY_LENGTH = 3;

/** The row at `at` as it is stored. */
export function encodeCounters(slots: Float64Array, at: number): Buffer {
  const bytes = Buffer.allocUnsafe(COUNTER_SLOTS * SLOT_BYTES);
  bytes.set(new Uint8Array(slots.buffer, slots.byteOffset + at * SLOT_BYTES, bytes.length));
  return bytes;
}

/** A campaign's own row as it is stored. */
export function encodeCampaign(campaign: HotCampaign): Buffer {
  scratch.set(campaign.slots.subarray(OWN_ROW, OWN_ROW + COUNTER_SLOTS));
  scratch[16] = currencyNumber(campaign.currency);
  scratch[17] = campaign.unregistered ? 1 : 0;
  scratch[18] = campaign.lastOccurredAtMs;
  scratch[19] = campaign.lastReceivedAtMs;
  scratch[20] = campaign.clicksJoined;
  scratch[21] = campaign.viewsJoined;
  scratch[22] = campaign.conversionsByClick;
  scratch[23] = campaign.conversionsByView;
  return Buffer.from(scratchBytes);
}

/** Fills the row at `at` from its stored form. */
export function decodeCounters(stored: Row, slots: Float64Array, at: number): void {
  scratchBytes.set(stored.value);
  slots.set(scratch.subarray(0, COUNTER_SLOTS), at);
  slots[at + SLOT.revision] = stored.revision;
}

/** Fills a campaign's own row from its stored form. */
export function decodeCampaign(stored: Row, campaign: HotCampaign): void {
  decodeCounters(stored, campaign.slots, OWN_ROW);
  campaign.currency = currencyText(scratch[16] ?? 0);
  campaign.unregistered = scratch[17] === 1;
  campaign.lastOccurredAtMs = scratch[18] ?? 0;
  campaign.lastReceivedAtMs = scratch[19] ?? 0;
  campaign.clicksJoined = scratch[20] ?? 0;
  campaign.viewsJoined = scratch[21] ?? 0;
  campaign.conversionsByClick = scratch[22] ?? 0;
  campaign.conversionsByView = scratch[23] ?? 0;
}

/** Three capital letters as one number, 0 for none. */
function currencyNumber(currency: string | null): number {
  if (currency === null) return 0;
  if (!/^[A-Z]{3}$/.test(currency)) throw new RangeError(`'${currency}' is no ISO 4217 code.`);
  let number = 0;
  for (let i = 0; i < CURRENCY_LENGTH; i++) number = number * 256 + currency.charCodeAt(i);
  return number;
}

function currencyText(number: number): string | null {
  return number === 0 ? null : String.fromCharCode(number >>> 16, (number >>> 8) & 255, number & 255);
}
