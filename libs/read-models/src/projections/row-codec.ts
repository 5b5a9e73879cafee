import type { Row } from '../read-model-store.js';
import type { CounterRow } from './counter-row.js';
import type { CampaignRow, HotRow } from './hot-row.js';

/** Stored rows are little-endian float64 slots in these orders. Stored for as long as the projection's version lives. */
const COUNTER_SLOTS = 16;
const CAMPAIGN_SLOTS = COUNTER_SLOTS + 8;
const scratch = new Float64Array(CAMPAIGN_SLOTS);
const scratchBytes = Buffer.from(scratch.buffer);
const CURRENCY_LENGTH = 3;

export function encodeCounters(row: CounterRow): Buffer {
  fill(row);
  return copy(COUNTER_SLOTS * 8);
}

export function encodeCampaign(row: CampaignRow): Buffer {
  fill(row);
  scratch[16] = currencyNumber(row.currency);
  scratch[17] = row.unregistered ? 1 : 0;
  scratch[18] = row.lastOccurredAtMs;
  scratch[19] = row.lastReceivedAtMs;
  scratch[20] = row.clicksJoined;
  scratch[21] = row.viewsJoined;
  scratch[22] = row.conversionsByClick;
  scratch[23] = row.conversionsByView;
  return copy(CAMPAIGN_SLOTS * 8);
}

/** Fills an empty row from its stored form. */
export function decodeCounters(stored: Row, row: HotRow): void {
  scratchBytes.set(stored.value);
  take(stored, row);
}

/** Fills an empty row from its stored form. */
export function decodeCampaign(stored: Row, row: CampaignRow): void {
  decodeCounters(stored, row);
  row.currency = currencyText(slot(16));
  row.unregistered = slot(17) === 1;
  row.lastOccurredAtMs = slot(18);
  row.lastReceivedAtMs = slot(19);
  row.clicksJoined = slot(20);
  row.viewsJoined = slot(21);
  row.conversionsByClick = slot(22);
  row.conversionsByView = slot(23);
}

function copy(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  scratchBytes.copy(bytes, 0, 0, length);
  return bytes;
}

function fill(row: CounterRow): void {
  scratch[0] = row.fromRevision;
  scratch[1] = row.impressions;
  scratch[2] = row.views;
  scratch[3] = row.clicks;
  scratch[4] = row.conversions;
  scratch[5] = row.events;
  scratch[6] = row.givt;
  scratch[7] = row.sivt;
  scratch[8] = row.attributedConversions;
  scratch[9] = row.gross.micros;
  scratch[10] = row.gross.nanos;
  scratch[11] = row.net.micros;
  scratch[12] = row.net.nanos;
  scratch[13] = row.attributedValue.micros;
  scratch[14] = row.attributedValue.nanos;
  scratch[15] = row.outOfRange ? 1 : 0;
}

function take(stored: Row, row: CounterRow): void {
  row.revision = stored.revision;
  row.fromRevision = slot(0);
  row.impressions = slot(1);
  row.views = slot(2);
  row.clicks = slot(3);
  row.conversions = slot(4);
  row.events = slot(5);
  row.givt = slot(6);
  row.sivt = slot(7);
  row.attributedConversions = slot(8);
  row.gross.micros = slot(9);
  row.gross.nanos = slot(10);
  row.net.micros = slot(11);
  row.net.nanos = slot(12);
  row.attributedValue.micros = slot(13);
  row.attributedValue.nanos = slot(14);
  row.outOfRange = slot(15) === 1;
}

function slot(index: number): number {
  return scratch[index] ?? 0;
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
