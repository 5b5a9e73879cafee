import { ImportRefused } from './import-refused.js';

/** The fields of one comma-separated line (RFC 4180, except that a field holds no line break). @throws {ImportRefused} */
export function commaSeparated(line: string, lineNumber: number): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = line[at] === '"' ? quotedField(line, at, lineNumber) : plainField(line, at);
    fields.push(field.text);
    if (field.end >= line.length) return fields;
    if (line[field.end] !== ',')
      throw new ImportRefused(`Line ${lineNumber}: a quoted field goes on after its closing quote.`);
    at = field.end + 1;
  }
}

interface Field {
  readonly text: string;
  /** Where its comma stands, or the end of the line. */
  readonly end: number;
}

function plainField(line: string, start: number): Field {
  const comma = line.indexOf(',', start);
  const end = comma === -1 ? line.length : comma;
  return { text: line.slice(start, end), end };
}

function quotedField(line: string, start: number, lineNumber: number): Field {
  let text = '';
  let from = start + 1;
  for (;;) {
    const quote = line.indexOf('"', from);
    if (quote === -1) throw new ImportRefused(`Line ${lineNumber}: a quoted field does not end.`);
    text += line.slice(from, quote);
    if (line[quote + 1] !== '"') return { text, end: quote + 1 };
    text += '"';
    from = quote + 2;
  }
}

/** Where each column of a header stands. @throws {ImportRefused} when one that is needed is missing. */
export function columnsOf(header: readonly string[], needed: readonly string[]): ReadonlyMap<string, number> {
  const columns = new Map(header.map((name, at) => [name.trim(), at]));
  const missing = needed.filter((name) => !columns.has(name));
  if (missing.length > 0) throw new ImportRefused(`The header lacks ${missing.join(', ')}.`);
  return columns;
}
