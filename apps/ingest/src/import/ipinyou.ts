import { formatInstant, parseInstant } from '@flightdeck/domain';
import { ImportRefused, type LineReader } from './import-refused.js';

export const IPINYOU_CURRENCY = 'CNY';

/**
 * Columns of the impression, click and conversion logs of seasons 2 and 3, tab-separated, without a header (H. Liao et al.,
 * "iPinYou Global RTB Bidding Algorithm Competition Dataset", 2014; W. Zhang et al., "Real-Time Bidding Benchmarking with
 * iPinYou Dataset", 2014).
 */
const COLUMN = {
  bidId: 0,
  timestamp: 1,
  logType: 2,
  userId: 3,
  region: 6,
  exchange: 8,
  slotId: 12,
  creativeId: 18,
  payingPrice: 20,
  advertiserId: 22,
} as const;
const COLUMNS_MIN = COLUMN.advertiserId + 1;

const TYPES = new Map([
  ['1', 'impression'],
  ['2', 'click'],
  ['3', 'conversion'],
]);
/** `yyyyMMddHHmmssSSS`, China Standard Time. */
const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/;
/** The paying price is in fen (a hundredth of a yuan) per thousand impressions. */
const MICROS_PER_FEN = 10_000;
const PRICE_FEN = /^\d{1,9}$/;
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;
const ABSENT = new Set(['', 'null', 'Na', 'NULL']);

/**
 * iPinYou logs: the log type makes a line an impression (with its paying price as CPM), a click or a conversion. The data set
 * names no campaigns, so that the advertiser stands for its one. The bid id joins the three.
 */
export function ipinyouReader(currency = IPINYOU_CURRENCY): LineReader {
  return (line, lineNumber) => {
    const fields = line.split('\t');
    if (fields.length < COLUMNS_MIN)
      throw new ImportRefused(`Line ${lineNumber} has ${fields.length} columns, not 24.`);
    const get = (column: keyof typeof COLUMN) => fields[COLUMN[column]] ?? '';
    const type = TYPES.get(get('logType'));
    if (type === undefined) throw new ImportRefused(`Line ${lineNumber}: the log type is not 1, 2 or 3.`);
    const bidId = get('bidId');
    return [
      JSON.stringify({
        eventId: `ipinyou:${type}:${bidId}:${get('timestamp')}`,
        type,
        occurredAt: occurredAt(get('timestamp'), lineNumber),
        campaignId: get('advertiserId'),
        advertiserId: get('advertiserId'),
        impressionId: bidId,
        ...present('userId', get('userId')),
        ...present('region', get('region')),
        ...present('exchange', get('exchange')),
        ...identifiers({ creativeId: get('creativeId'), placementId: get('slotId') }),
        ...ofType(type, bidId, get('payingPrice'), currency, lineNumber),
      }),
    ];
  };
}

function ofType(
  type: string,
  bidId: string,
  payingPrice: string,
  currency: string,
  lineNumber: number,
): object {
  if (type === 'click') return { clickId: bidId };
  if (type === 'conversion') return { conversionId: bidId };
  if (ABSENT.has(payingPrice)) return {};
  if (!PRICE_FEN.test(payingPrice))
    throw new ImportRefused(`Line ${lineNumber}: the paying price is not a number.`);
  return { price: { model: 'CPM', micros: Number(payingPrice) * MICROS_PER_FEN, currency } };
}

function occurredAt(timestamp: string, lineNumber: number): string {
  const [, year, month, day, hour, minute, second, millisecond] = TIMESTAMP.exec(timestamp) ?? [];
  const ms = parseInstant(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}+08:00`);
  if (ms === undefined)
    throw new ImportRefused(`Line ${lineNumber}: the timestamp is not yyyyMMddHHmmssSSS.`);
  return formatInstant(ms);
}

function present(key: string, value: string): object {
  return ABSENT.has(value) ? {} : { [key]: value };
}

/** An id in another alphabet than ours is kept as a label. */
function identifiers(values: Readonly<Record<string, string>>): object {
  const known = Object.entries(values).filter(([, value]) => !ABSENT.has(value));
  const fitting = known.filter(([, value]) => IDENTIFIER.test(value));
  const others = known.filter(([, value]) => !IDENTIFIER.test(value));
  return {
    ...Object.fromEntries(fitting),
    ...(others.length === 0 ? {} : { labels: Object.fromEntries(others) }),
  };
}
