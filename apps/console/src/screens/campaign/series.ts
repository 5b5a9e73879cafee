import type {
  Command,
  Expectation,
  HistoryItem,
  MetricPoint,
  Metrics,
  Pacing,
} from '../../api/generated/types.gen';
import { commandName, sentenceOf } from '../../format/words';
import type { Band, Moment } from '../../ui/chart/shown';
import { rangeOf, sharesOf } from './forecast';

/** How fine the chart is. */
export type Step = Metrics['step'];
export const STEPS: readonly Step[] = ['1m', '5m', '1h'];

/** Spend of a day as it grew, the budget, and where it is going. */
export interface SpendCurve {
  readonly atMs: readonly number[];
  readonly spent: readonly (number | null)[];
  /** What is expected by each moment, by the campaign's own curve. */
  readonly expected: readonly (number | null)[];
  readonly forecast: readonly (number | null)[];
  /** Around the forecast; undefined where nothing tells how sure it is. */
  readonly band: Band | undefined;
  readonly budget: readonly (number | null)[];
}

type Expected = Expectation['points'];

/**
 * Micros over the campaign's day. What is expected bends where the API says, and is straight between; `isShaped` when the forecast
 * bends as it does.
 */
export function spendCurve(
  points: readonly MetricPoint[],
  pacing: Pacing | undefined,
  expected: Expected,
  day: DayRange,
  isShaped = false,
): SpendCurve {
  const nowMs = pacing === undefined ? day.fromMs : Date.parse(pacing.asOf);
  const ends = points.map(({ end }) => Date.parse(end)).filter((ms) => ms < nowMs);
  const bends = expected.map(({ at }) => Date.parse(at));
  const within = [...ends, ...bends].filter((ms) => ms > day.fromMs && ms < day.toMs);
  const atMs = [...new Set([day.fromMs, ...within, nowMs, day.toMs])].sort((a, b) => a - b);
  const budget = pacing?.budget?.todayMicros ?? null;
  const today = pacing?.spend.todayMicros;
  const spent = growing(points);
  const expectedBy = curveOf(expected);
  const expectations = atMs.map(expectedBy);
  const end = pacing?.forecastMicros ?? null;
  const forecast = end === null || today === undefined ? undefined : { nowMs, endMs: day.toMs, today, end };
  const range = forecast && rangeOf(forecast, points);
  const shares = forecast && sharesOf(forecast, atMs, isShaped ? expectations : undefined);
  const to = (goal: number): readonly (number | null)[] =>
    atMs.map((_, index) => {
      const share = shares?.[index] ?? null;
      return share === null || today === undefined ? null : today + (goal - today) * share;
    });
  return {
    atMs,
    spent: atMs.map((ms) => (ms > nowMs ? null : ms === nowMs ? (today ?? spent(ms)) : spent(ms))),
    expected: expectations,
    forecast: end === null ? atMs.map(() => null) : to(end),
    band: range && { low: to(range.low), high: to(range.high) },
    budget: atMs.map(() => budget),
  };
}

/** What had been spent by a moment, from points in their order; asked of moments that grow. */
function growing(points: readonly MetricPoint[]): (ms: number) => number {
  let sum = 0;
  let at = 0;
  return (ms) => {
    for (let next = points[at]; next !== undefined && Date.parse(next.end) <= ms; next = points[(at += 1)])
      sum += next.spend.net.micros;
    return sum;
  };
}

/** Where the curve is at a moment, straight between its bends; null where there is none. Asked of moments that grow. */
export function curveOf(expected: Expected): (ms: number) => number | null {
  const bends = expected.map(({ at, expectedMicros }) => ({ atMs: Date.parse(at), micros: expectedMicros }));
  let next = 0;
  return (ms) => {
    while ((bends[next]?.atMs ?? Infinity) < ms) next += 1;
    const [from, to] = [bends[next - 1], bends[next]];
    if (to === undefined) return null;
    if (to.atMs === ms || from === undefined) return to.atMs === ms ? to.micros : null;
    return from.micros + ((to.micros - from.micros) * (ms - from.atMs)) / (to.atMs - from.atMs);
  };
}

/** The point of the series that a moment of the chart belongs to: the one it ends, or lies in, else the nearest. */
export function pointAt(points: readonly MetricPoint[], ms: number): MetricPoint | undefined {
  const within = points.find(({ start, end }) => ms > Date.parse(start) && ms <= Date.parse(end));
  if (within !== undefined) return within;
  const distance = ({ start, end }: MetricPoint): number =>
    Math.min(Math.abs(Date.parse(start) - ms), Math.abs(Date.parse(end) - ms));
  return points.reduce<MetricPoint | undefined>(
    (best, point) => (best === undefined || distance(point) < distance(best) ? point : best),
    undefined,
  );
}

export interface DayRange {
  readonly fromMs: number;
  readonly toMs: number;
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

/** Names on one chart; of more, the newest. */
const MOMENTS_MAX = 24;

/** What happened to the campaign in a range, what was ordered of it and when its budget will be spent, for the chart. */
export function momentsOf(
  history: readonly HistoryItem[],
  commands: readonly Pick<Command, 'command' | 'issuedAt'>[],
  { fromMs, toMs }: DayRange,
  exhaustsAt: string | null = null,
): readonly Moment[] {
  const happened = history.map(({ at, type }) => ({
    atMs: Date.parse(at),
    label: MOMENTS[type] ?? sentenceOf(type),
  }));
  const ordered = commands.map(({ command, issuedAt }) => ({
    atMs: Date.parse(issuedAt),
    label: `⚑ ${commandName(command)}`,
  }));
  const spentBy =
    exhaustsAt === null ? [] : [{ atMs: Date.parse(exhaustsAt), label: 'budget spent', colour: '--fd-bad' }];
  return [...happened, ...ordered, ...spentBy]
    .filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(-MOMENTS_MAX);
}

const MOMENTS: Readonly<Record<string, string>> = {
  CampaignRegistered: 'registered',
  BudgetChanged: 'budget',
  CampaignPaused: 'paused',
  CampaignResumed: 'resumed',
  CampaignEnded: 'ended',
};
