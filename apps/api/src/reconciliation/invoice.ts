import { ProblemException } from '@flightdeck/platform';

/** Lines of one invoice. */
const LINES_MAX = 20_000;
const NEEDED = ['day'] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...NEEDED,
  ...['campaignId', 'currency', 'amount', 'amountMicros', 'impressions', 'clicks', 'conversions'],
]);
const DECIMAL = /^(-?)(\d{1,9})(?:\.(\d{1,6}))?$/;
const INTEGER = /^-?\d{1,15}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MICROS_PER_UNIT = 1_000_000;
const DECIMALS = 6;

/** One line of an invoice or a platform's report. */
export interface InvoiceLine {
  readonly day: string;
  readonly campaignId: string | undefined;
  readonly currency: string | undefined;
  readonly micros: number;
  readonly impressions: number | undefined;
  readonly clicks: number | undefined;
  readonly conversions: number | undefined;
  /** The line as it stands, to know it again. */
  readonly text: string;
}

/** Lines of an invoice as comma-separated values with a header. @throws {ProblemException} 422 with the line that is wrong. */
export function invoiceLines(csv: string): readonly InvoiceLine[] {
  const [header = '', ...lines] = csv.replace(/^\uFEFF/u, '').split(/\r?\n/u);
  const columns = cellsOf(header, 1).map((name) => name.trim());
  const unknown = columns.filter((name) => !KNOWN.has(name));
  if (unknown.length > 0) throw wrong(1, `There is no column ${unknown.join(', ')}.`);
  if (!columns.includes('day') || columns.includes('amount') === columns.includes('amountMicros'))
    throw wrong(1, 'It needs `day` and one of `amount` and `amountMicros`.');
  if (lines.length > LINES_MAX) throw wrong(LINES_MAX, `It has more than ${LINES_MAX} lines.`);
  return lines.flatMap((text, index) => {
    if (text.trim() === '') return [];
    const number = index + 2;
    const cells = cellsOf(text, number);
    if (cells.length !== columns.length) throw wrong(number, `It has ${cells.length} cells.`);
    return [lineOf(new Map(columns.map((name, i) => [name, cells[i]?.trim() ?? ''])), text, number)];
  });
}

function lineOf(cells: ReadonlyMap<string, string>, text: string, number: number): InvoiceLine {
  const day = cells.get('day') ?? '';
  if (!DAY.test(day)) throw wrong(number, `'${day}' is no day (YYYY-MM-DD).`);
  const count = (name: string): number | undefined => {
    const said = cells.get(name);
    if (said === undefined || said === '') return undefined;
    if (!INTEGER.test(said)) throw wrong(number, `'${said}' is no whole number.`);
    return Number(said);
  };
  const amount = cells.get('amount');
  return {
    ...{ day, text: text.trim() },
    campaignId: cells.get('campaignId') || undefined,
    currency: cells.get('currency') || undefined,
    micros: amount === undefined ? (count('amountMicros') ?? 0) : decimal(amount, number),
    ...{ impressions: count('impressions'), clicks: count('clicks'), conversions: count('conversions') },
  };
}

/** Exactly, without a binary fraction on the way. */
function decimal(said: string, number: number): number {
  const [, sign = '', whole = '', fraction = ''] = DECIMAL.exec(said) ?? [];
  if (whole === '') throw wrong(number, `'${said}' is no amount.`);
  const micros = Number(whole) * MICROS_PER_UNIT + Number(fraction.padEnd(DECIMALS, '0'));
  return sign === '-' ? 0 - micros : micros;
}

/** RFC 4180, without line breaks in cells. */
function cellsOf(line: string, number: number): readonly string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      const [cell, end] = quoted(line, at + 1, number);
      cells.push(cell);
      at = end;
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    if (line[at] !== ',') throw wrong(number, 'A quoted cell does not end where a cell ends.');
    at += 1;
  }
}

function quoted(line: string, start: number, number: number): [string, number] {
  let cell = '';
  for (let at = start; at < line.length; at++) {
    if (line[at] !== '"') cell += line[at] ?? '';
    else if (line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else return [cell, at + 1];
  }
  throw wrong(number, 'A quoted cell does not end.');
}

function wrong(line: number, detail: string): ProblemException {
  const errors = [{ pointer: '/csv', detail: `Line ${line}: ${detail}` }];
  return new ProblemException(422, 'bad-invoice', `Line ${line} of the report: ${detail}`, { errors });
}
