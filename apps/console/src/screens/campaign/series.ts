import type { HistoryItem, MetricPoint, Metrics, Pacing } from '../../api/generated/types.gen';

/** How fine the chart is. */
export type Step = Metrics['step'];
export const STEPS: readonly Step[] = ['1m', '5m', '1h'];

/** Spend of a day as it grew, the budget, and where it is going. */
export interface SpendCurve {
  readonly atMs: readonly number[];
  readonly spent: readonly (number | null)[];
  /** What pacing expected by each moment, drawn from the day's start through what it expects now to the budget. */
  readonly expected: readonly (number | null)[];
  readonly forecast: readonly (number | null)[];
  readonly budget: readonly (number | null)[];
}

/**
 * Micros over the campaign's day. Between the points that pacing tells (nothing at the start, what is expected now, the budget at the
 * end) the expected curve is straight; so is the forecast, from now to the end of the day.
 */
export function spendCurve(
  points: readonly MetricPoint[],
  pacing: Pacing | undefined,
  day: DayRange,
): SpendCurve {
  const nowMs = pacing === undefined ? day.fromMs : Date.parse(pacing.asOf);
  const before = points.map(({ end }) => Date.parse(end)).filter((ms) => ms <= nowMs);
  const atMs = [day.fromMs, ...before.filter((ms) => ms > day.fromMs && ms < nowMs), nowMs, day.toMs];
  let sum = 0;
  const spentBy = new Map<number, number>([[day.fromMs, 0]]);
  for (const point of points) {
    sum += point.spend.net.micros;
    spentBy.set(Date.parse(point.end), sum);
  }
  spentBy.set(nowMs, pacing?.spend.todayMicros ?? sum);
  const budget = pacing?.budget?.todayMicros ?? null;
  const expectedNow = pacing?.expectedMicros ?? null;
  const expectedAt = (ms: number): number | null => {
    if (expectedNow === null || budget === null) return null;
    return ms <= nowMs
      ? between(ms, [day.fromMs, 0], [nowMs, expectedNow])
      : between(ms, [nowMs, expectedNow], [day.toMs, budget]);
  };
  return {
    atMs,
    spent: atMs.map((ms) => (ms > nowMs ? null : (spentBy.get(ms) ?? null))),
    expected: atMs.map(expectedAt),
    forecast: atMs.map((ms) =>
      ms === nowMs
        ? (pacing?.spend.todayMicros ?? null)
        : ms === day.toMs
          ? (pacing?.forecastMicros ?? null)
          : null,
    ),
    budget: atMs.map(() => budget),
  };
}

export interface DayRange {
  readonly fromMs: number;
  readonly toMs: number;
}

function between(
  at: number,
  [x0, y0]: readonly [number, number],
  [x1, y1]: readonly [number, number],
): number {
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}

/** The campaign's local day that holds the moment, as instants. A day of a clock change has 23 or 25 hours. */
export function localDay(nowMs: number, zone: string): DayRange {
  const fromMs = midnightBefore(nowMs, zone);
  return { fromMs, toMs: midnightBefore(fromMs + 36 * HOUR_MS, zone) };
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The last local midnight at or before a moment: back by what the clock says, then by what it still says. */
function midnightBefore(ms: number, zone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const sinceMidnight = (at: number): number => {
    const [hours = 0, minutes = 0] = clock.format(at).split(':').map(Number);
    return hours * HOUR_MS + minutes * MINUTE_MS;
  };
  const whole = Math.floor(ms / MINUTE_MS) * MINUTE_MS;
  const guess = whole - sinceMidnight(whole);
  const off = sinceMidnight(guess);
  return off === 0 ? guess : off > 12 * HOUR_MS ? guess + 24 * HOUR_MS - off : guess - off;
}

/** What happened to the campaign in a range, for the chart. */
export function momentsOf(
  history: readonly HistoryItem[],
  { fromMs, toMs }: DayRange,
): readonly { readonly atMs: number; readonly label: string }[] {
  return history
    .map(({ at, type }) => ({ atMs: Date.parse(at), label: MOMENTS[type] ?? type }))
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
}

const MOMENTS: Readonly<Record<string, string>> = {
  CampaignRegistered: 'registered',
  BudgetChanged: 'budget',
  CampaignPaused: 'paused',
  CampaignResumed: 'resumed',
  CampaignEnded: 'ended',
};
