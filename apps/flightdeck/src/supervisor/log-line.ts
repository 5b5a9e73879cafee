/** As wide as the longest name of a process. */
const NAME_WIDTH = 9;
const LEVEL_WIDTH = 5;
/** Told by the prefix or of no use to who reads along. */
const LEFT_OUT = new Set(['level', 'time', 'pid', 'hostname', 'msg', 'err']);

/** One line of a process as a person reads it beside those of the others: a log record is told in words, anything else as it is. */
export function readableLine(process: string, line: string): string {
  const record = recordIn(line);
  return `${process.padEnd(NAME_WIDTH)} | ${record === undefined ? line : told(record)}`;
}

function told(record: Readonly<Record<string, unknown>>): string {
  const { level, time, msg, err } = record;
  const rest = Object.entries(record).filter(([key]) => !LEFT_OUT.has(key));
  const parts = [
    textOf(time).slice(11, 23),
    textOf(level).toUpperCase().padEnd(LEVEL_WIDTH),
    textOf(msg),
    ...rest.map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`),
    ...(err === undefined ? [] : [`\n  ${stackOf(err).replaceAll('\n', '\n  ')}`]),
  ];
  return parts.filter((part) => part !== '').join(' ');
}

function recordIn(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const record = JSON.parse(line) as Record<string, unknown>;
    return typeof record['level'] === 'string' && typeof record['msg'] === 'string' ? record : undefined;
  } catch {
    return undefined; // some other line that begins with a brace
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function stackOf(error: unknown): string {
  const { stack, message } = error as { readonly stack?: unknown; readonly message?: unknown };
  return textOf(stack) || textOf(message) || JSON.stringify(error);
}
