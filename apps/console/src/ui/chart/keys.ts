import type { Span } from './shown';

type Key = number | 'first' | 'last' | 'pick' | 'closer' | 'wider' | 'whole';

const KEYS: Readonly<Record<string, Key>> = {
  ...{ ArrowLeft: -1, ArrowRight: 1, PageDown: -12, PageUp: 12, Home: 'first', End: 'last' },
  ...{ Enter: 'pick', ' ': 'pick', '+': 'closer', '=': 'closer', '-': 'wider', '0': 'whole' },
};

/** What a key means to a chart; undefined for one that is not the chart's. */
export function keyOf(key: string): Key | undefined {
  return KEYS[key];
}

const FACTOR = 2;
const SHORTEST_MS = 10 * 60_000;

/** Half or twice as much of the chart, around the point; undefined when that is the whole. */
export function zoomAround(
  key: 'closer' | 'wider' | 'whole',
  atMs: readonly number[],
  at: number,
  zoom: Span | undefined,
): Span | undefined {
  const first = atMs[0];
  const last = atMs.at(-1);
  if (key === 'whole' || first === undefined || last === undefined) return undefined;
  const { fromMs, toMs } = zoom ?? { fromMs: first, toMs: last };
  const middle = Math.min(Math.max(atMs[at] ?? first, fromMs), toMs);
  const length = Math.max(SHORTEST_MS, (toMs - fromMs) * (key === 'closer' ? 1 / FACTOR : FACTOR));
  if (length >= last - first) return undefined;
  const from = Math.min(Math.max(middle - length / 2, first), last - length);
  return { fromMs: from, toMs: from + length };
}
