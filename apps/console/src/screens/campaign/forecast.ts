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
 * A forecast at a moment; null before now. What is still to come is spread as what is expected from now on, where `expectedAt` says
 * it, else evenly.
 */
export function forecastAt(
  { nowMs, endMs, today, end }: Forecast,
  ms: number,
  expectedAt: (ms: number) => number | null,
): number | null {
  if (ms < nowMs || ms > endMs) return null;
  const [from, at, to] = [expectedAt(nowMs), expectedAt(ms), expectedAt(endMs)];
  const share =
    from !== null && at !== null && to !== null && to > from
      ? (at - from) / (to - from)
      : (ms - nowMs) / (endMs - nowMs);
  return today + (end - today) * share;
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
  const spentIn = (fromMs: number, toMs: number): number =>
    points
      .filter((point) => Date.parse(point.start) >= fromMs && Date.parse(point.end) <= toMs)
      .reduce((sum, point) => sum + point.spend.net.micros, 0);
  // The newest window that is whole: the point of this minute is still growing.
  const stepMs = Date.parse(first.end) - Date.parse(first.start);
  const lastMs = Math.floor(nowMs / stepMs) * stepMs;
  const windows: number[] = [];
  for (let toMs = lastMs; toMs - WINDOW_MS >= lastMs - LOOK_BACK_MS; toMs -= stepMs)
    windows.push(spentIn(toMs - WINDOW_MS, toMs));
  const latest = windows[0] ?? 0;
  if (latest <= 0) return undefined;
  const scaled = windows.map((spent) => today + ((end - today) * spent) / latest);
  return { low: Math.max(today, Math.min(end, ...scaled)), high: Math.max(end, ...scaled) };
}
