import { signOf } from '../../format/operators';

/** A line of a judged condition tree. */
export interface JudgedLine {
  readonly depth: number;
  readonly text: string;
  readonly saw: unknown;
  readonly result: boolean | undefined;
  /** What a line that is no group compares. */
  readonly comparison?: { readonly fact: string; readonly operator: string; readonly value: unknown };
}

/** How a value of a fact reads, in the fact's unit. */
export type SayFact = (fact: string, value: unknown) => string;

const LINES_MAX = 500;
const GROUPS: Readonly<Record<string, string>> = { all: 'All of', any: 'Any of', not: 'Not' };

/** The tree of conditions as the engine judged it, line by line; what it did not look at has no result. */
export function judgedLines(conditions: unknown, depth = 0): readonly JudgedLine[] {
  if (typeof conditions !== 'object' || conditions === null) return [];
  const node = conditions as Readonly<Record<string, unknown>>;
  const result = typeof node['result'] === 'boolean' ? node['result'] : undefined;
  for (const [group, text] of Object.entries(GROUPS)) {
    const inner = node[group];
    if (inner === undefined) continue;
    const parts: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
    const below = parts.flatMap((part) => judgedLines(part, depth + 1));
    return [{ depth, text, saw: undefined, result }, ...below].slice(0, LINES_MAX);
  }
  const named = node['fact'] ?? node['condition'];
  const fact = typeof named === 'string' ? named : '?';
  const operator = typeof node['operator'] === 'string' ? signOf(node['operator']) : '';
  const text = `${fact} ${operator} ${valueOf(node['value'])}`.trim();
  const name = typeof node['operator'] === 'string' ? node['operator'] : '';
  const comparison = { fact, operator: name, value: node['value'] };
  return [{ depth, text, saw: node['factResult'], result, comparison }];
}

/** A value as a person reads it: numbers to four decimals, lists and records in words. The exact one belongs in a title. */
export function plainly(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 4 });
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(plainly).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value !== 'object' || value === null) return 'none';
  return Object.entries(value)
    .map(([name, held]) => `${wordsOf(name)} ${plainly(held)}`)
    .join(', ');
}

/** `firedBefore` as `fired before`; names of facts stay. */
function wordsOf(name: string): string {
  return name.includes('.') ? name : name.replaceAll(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

function valueOf(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'fact' in value) return String(value.fact);
  return value === undefined ? '' : JSON.stringify(value);
}
