import type { MetricPoint } from '../../api/generated/types.gen';

const MINUTE_MS = 60_000;
/** Over so long the run rate of a forecast is measured. */
const WINDOW_MS = 15 * MINUTE_MS;
/** So far back the band looks for a slower and a faster run rate. */
const LOOK_BACK_MS = 60 * MINUTE_MS;

/** Where a forecast begins and what it comes to, in micros. */
export interface Forecast {
  readonly nowMs: number;
  readonly endMs: number;
  readonly today: number;
  readonly end: number;
}

/**
 * How much of what is still to come has come by each moment: 0 now, 1 at the end; null before now. As `expected` (a value for each
 * moment) grows from now on, and evenly where nothing is expected or it does not grow.
 */
export function sharesOf(
  { nowMs, endMs }: Forecast,
  atMs: readonly number[],
  expected: readonly (number | null)[] | undefined,
): readonly (number | null)[] {
  const from = expected?.[atMs.indexOf(nowMs)] ?? null;
  const to = expected?.[atMs.indexOf(endMs)] ?? null;
  return atMs.map((ms, index) => {
    if (ms < nowMs || ms > endMs) return null;
    const at = expected?.[index] ?? null;
    const isShaped = from !== null && at !== null && to !== null && to > from;
    return isShaped ? (at - from) / (to - from) : (ms - nowMs) / (endMs - nowMs);
  });
}

/**
 * What the day would come to at the slowest and at the fastest run rate of the last hour; undefined where points are too coarse to
 * tell, or nothing was spent lately.
 */
export function rangeOf(
  forecast: Forecast,
  points: readonly MetricPoint[],
): { readonly low: number; readonly high: number } | undefined {
  const { nowMs, today, end } = forecast;
  const first = points[0];
  if (first === undefined || Date.parse(first.end) - Date.parse(first.start) > WINDOW_MS) return undefined;
  // The newest window that is whole: the point of this minute is still growing.
  const stepMs = Date.parse(first.end) - Date.parse(first.start);
  const lastMs = Math.floor(nowMs / stepMs) * stepMs;
  const recent = points
    .map(({ end, spend }) => ({ endMs: Date.parse(end), micros: spend.net.micros }))
    .filter(({ endMs }) => endMs > lastMs - LOOK_BACK_MS && endMs <= lastMs);
  const spentIn = (fromMs: number, toMs: number): number =>
    recent.reduce((sum, { endMs, micros }) => (endMs > fromMs && endMs <= toMs ? sum + micros : sum), 0);
  const windows: number[] = [];
  for (let toMs = lastMs; toMs - WINDOW_MS >= lastMs - LOOK_BACK_MS; toMs -= stepMs)
    windows.push(spentIn(toMs - WINDOW_MS, toMs));
  const latest = windows[0] ?? 0;
  if (latest <= 0) return undefined;
  const scaled = windows.map((spent) => today + ((end - today) * spent) / latest);
  return { low: Math.max(today, Math.min(end, ...scaled)), high: Math.max(end, ...scaled) };
}
