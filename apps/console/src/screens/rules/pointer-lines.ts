/**
 * The line, from 1, of an indented JSON text (`JSON.stringify(value, undefined, 2)`) at which a JSON Pointer (RFC 6901) points, or the
 * last part of it that is there: what is missing is told where it is missing.
 */
export function lineOf(value: unknown, pointer: string): number {
  let line = 1;
  let at: unknown = value;
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return line;
    for (const [name, before] of Object.entries(at)) {
      line += 1;
      if (name === key) break;
      line += linesIn(before) - 1;
    }
    at = (at as Readonly<Record<string, unknown>>)[key];
  }
  return line;
}

function linesIn(value: unknown): number {
  return (JSON.stringify(value, undefined, 2) as string | undefined)?.split('\n').length ?? 1;
}
