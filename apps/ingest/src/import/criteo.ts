import { formatInstant, parseInstant } from '@flightdeck/domain';
import { commaSeparated, columnsOf } from './delimited.js';
import { scaledInteger } from './decimal.js';
import { ImportRefused, type LineReader } from './import-refused.js';
import { lineId } from './line-id.js';

/** The data set counts seconds from a start that Criteo did not publish; it appeared in 2018. Fixed, so that ids and days stay the same. */
export const CRITEO_EPOCH = '2018-01-01T00:00:00Z';
export const CRITEO_CURRENCY = 'USD';

/** Distinct conversions remembered, to count each once; the full data set has some 45,000. */
const CONVERSIONS_MAX = 4_000_000;
const CLICK_AFTER_MS = 1_000;
/** A CPM price of m micros costs m nanos an impression, so a cost in units is 10^9 of them. */
const NANOS_POWER = 9;

const NEEDED = [
  'timestamp',
  'uid',
  'campaign',
  'conversion',
  'conversion_timestamp',
  'conversion_id',
  'click',
  'cost',
] as const;
type Column = (typeof NEEDED)[number];

/**
 * Criteo Attribution Modeling for Bidding (comma- or tab-separated, with its header). A row is an impression whose CPM price is
 * `round-half-even(cost × 10^9)` micros; with click = 1 also a click a second later; with conversion = 1 also a conversion at
 * its own time, on the first row that names its id. `uid` is the user, `campaign` the campaign; the other columns are left out.
 */
export function criteoReader(epoch = CRITEO_EPOCH, currency = CRITEO_CURRENCY): LineReader {
  const epochMs = parseInstant(epoch);
  if (epochMs === undefined) throw new ImportRefused('The epoch is not an RFC 3339 date-time.');
  const conversions = new Set<string>();
  let columns: ReadonlyMap<string, number> | undefined;
  return (line, lineNumber) => {
    const fields = line.includes('\t') ? line.split('\t') : commaSeparated(line, lineNumber);
    if (columns === undefined) {
      columns = columnsOf(fields, NEEDED);
      return [];
    }
    const places = columns;
    const get = (column: Column) => fields[places.get(column) ?? -1] ?? '';
    return eventsOf(
      { get, id: lineId('criteo', line, lineNumber), lineNumber, epochMs, currency },
      conversions,
    );
  };
}

interface Row {
  readonly get: (column: Column) => string;
  readonly id: string;
  readonly lineNumber: number;
  readonly epochMs: number;
  readonly currency: string;
}

function eventsOf(row: Row, conversions: Set<string>): readonly string[] {
  const atMs = timeOf(row, 'timestamp');
  const common = { campaignId: row.get('campaign'), userId: row.get('uid') };
  const impressionId = row.id;
  const price = { model: 'CPM', micros: microsOf(row), currency: row.currency };
  const events = [
    JSON.stringify({
      eventId: `${row.id}:i`,
      type: 'impression',
      occurredAt: formatInstant(atMs),
      ...common,
      impressionId,
      price,
    }),
  ];
  if (row.get('click') === '1') {
    const occurredAt = formatInstant(atMs + CLICK_AFTER_MS);
    events.push(
      JSON.stringify({
        eventId: `${row.id}:c`,
        type: 'click',
        occurredAt,
        ...common,
        impressionId,
        clickId: `${row.id}:c`,
      }),
    );
  }
  const conversionId = row.get('conversion_id');
  if (row.get('conversion') === '1' && !conversions.has(conversionId)) {
    if (conversions.size >= CONVERSIONS_MAX)
      throw new ImportRefused(`More than ${CONVERSIONS_MAX} distinct conversions.`);
    conversions.add(conversionId);
    const occurredAt = formatInstant(timeOf(row, 'conversion_timestamp'));
    events.push(
      JSON.stringify({
        eventId: `criteo:conversion:${conversionId}`,
        type: 'conversion',
        occurredAt,
        ...common,
        conversionId,
      }),
    );
  }
  return events;
}

function timeOf(row: Row, column: Column): number {
  const seconds = row.get(column);
  if (!/^\d{1,9}$/.test(seconds))
    throw new ImportRefused(`Line ${row.lineNumber}: ${column} is not a number of seconds.`);
  return row.epochMs + Number(seconds) * 1000;
}

function microsOf(row: Row): number {
  const nanos = scaledInteger(row.get('cost'), NANOS_POWER);
  if (nanos === undefined || nanos < 0n || nanos > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new ImportRefused(`Line ${row.lineNumber}: cost is not an amount.`);
  }
  return Number(nanos);
}
