import { commaSeparated, columnsOf } from './delimited.js';
import { ImportRefused, type LineReader } from './import-refused.js';
import { lineId } from './line-id.js';

const INTEGER = /^-?(?:0|[1-9]\d{0,30})$/;
const NUMBERS: ReadonlySet<string> = new Set(['amountMicros', 'valueMicros', 'price.micros']);
const CONSTANT = '=';
const MODEL_OF_TYPE = new Map([
  ['impression', 'CPM'],
  ['view', 'vCPM'],
  ['click', 'CPC'],
  ['conversion', 'CPA'],
]);

/**
 * Comma-separated values with a header. `columnMap` says where each event field comes from: the name of a column, or
 * `=text` for the same text in every row. Nested fields are written with a dot: `price.micros`, `price.currency`, `labels.site`,
 * `period.start`. An empty cell leaves its field out. `price.model` follows from the type; a price without a currency is in
 * `currency`. A row without an `eventId` gets its line's.
 */
export function csvReader(columnMap: Readonly<Record<string, string>>, currency?: string): LineReader {
  const fields = Object.entries(columnMap);
  for (const needed of ['type', 'occurredAt', 'campaignId']) {
    if (columnMap[needed] === undefined) throw new ImportRefused(`The column map lacks ${needed}.`);
  }
  const needed = fields.map(([, source]) => source).filter((source) => !source.startsWith(CONSTANT));
  let columns: ReadonlyMap<string, number> | undefined;
  return (line, lineNumber) => {
    const cells = commaSeparated(line, lineNumber);
    if (columns === undefined) {
      columns = columnsOf(cells, needed);
      return [];
    }
    const event = new Map<string, string>();
    for (const [field, source] of fields) {
      const text = source.startsWith(CONSTANT) ? source.slice(1) : (cells[columns.get(source) ?? -1] ?? '');
      if (text !== '') event.set(field, text);
    }
    return [eventOf(event, currency, () => lineId('csv', line, lineNumber))];
  };
}

function eventOf(
  fields: ReadonlyMap<string, string>,
  currency: string | undefined,
  id: () => string,
): string {
  const complete = new Map(fields);
  if (!complete.has('eventId')) complete.set('eventId', id());
  const model = MODEL_OF_TYPE.get(complete.get('type') ?? '');
  if (complete.has('price.micros')) {
    if (model !== undefined && !complete.has('price.model')) complete.set('price.model', model);
    if (currency !== undefined && !complete.has('price.currency')) complete.set('price.currency', currency);
  }
  if (complete.has('amountMicros') && currency !== undefined && !complete.has('currency'))
    complete.set('currency', currency);
  return jsonOf(complete);
}

/** Dotted names become one level of nesting. */
function jsonOf(fields: ReadonlyMap<string, string>): string {
  const flat: string[] = [];
  const nested = new Map<string, string[]>();
  for (const [field, text] of fields) {
    const [outer = field, inner] = field.split(/\.(.*)/s, 2);
    const value = NUMBERS.has(field) && INTEGER.test(text) ? text : JSON.stringify(text);
    if (inner === undefined) flat.push(`${JSON.stringify(field)}:${value}`);
    else nested.set(outer, [...(nested.get(outer) ?? []), `${JSON.stringify(inner)}:${value}`]);
  }
  for (const [outer, members] of nested) flat.push(`${JSON.stringify(outer)}:{${members.join(',')}}`);
  return `{${flat.join(',')}}`;
}
