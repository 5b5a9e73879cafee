import type { MetricPoint, Metrics, WouldBeCommand } from '../../../api/generated/types.gen';
import { localDay } from '../../campaign/series';

const HOUR_MS = 3_600_000;
/** About as many points as a chart is wide. */
const POINTS_WANTED = 900;
const STEP_MS: Readonly<Record<Metrics['step'], number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '1h': HOUR_MS,
  '1d': 24 * HOUR_MS,
};

/** The finest step in which a range has no more points than a chart shows. */
export function stepFor(fromMs: number, toMs: number): Metrics['step'] {
  const steps = ['1m', '5m', '1h'] as const;
  return steps.find((step) => (toMs - fromMs) / STEP_MS[step] <= POINTS_WANTED) ?? '1d';
}

export interface RealCurve {
  readonly atMs: readonly number[];
  /** Micros of the local day so far: it falls to nothing at midnight. */
  readonly spent: readonly number[];
  /** Of the day, as the would-be commands knew it; null where none did. */
  readonly budget: readonly (number | null)[];
}

/** What was really spent, day by day, over the whole range. `points` begin at a local midnight. */
export function realCurve(
  points: readonly MetricPoint[],
  items: readonly WouldBeCommand[],
  zone: string,
): RealCurve {
  const atMs: number[] = [];
  const spent: number[] = [];
  let sum = 0;
  let dayEndMs = -Infinity;
  for (const point of points) {
    const startMs = Date.parse(point.start);
    if (startMs >= dayEndMs) {
      const day = localDay(startMs, zone);
      dayEndMs = day.toMs;
      sum = 0;
      // A point just before would draw the fall as a slope.
      atMs.push(startMs);
      spent.push(0);
    }
    sum += point.spend.net.micros;
    atMs.push(Math.max(Date.parse(point.end) - 1, startMs + 1));
    spent.push(sum);
  }
  return { atMs, spent, budget: budgetsAt(atMs, items) };
}

function budgetsAt(atMs: readonly number[], items: readonly WouldBeCommand[]): (number | null)[] {
  const known = items
    .filter(({ budgetDailyMicros }) => budgetDailyMicros !== null)
    .map(({ at, budgetDailyMicros }) => ({ ms: Date.parse(at), budgetDailyMicros }))
    .sort((a, b) => a.ms - b.ms);
  let next = 0;
  let budget = known[0]?.budgetDailyMicros ?? null;
  return atMs.map((ms) => {
    for (; next < known.length; next += 1) {
      const one = known[next];
      if (one === undefined || one.ms > ms) break;
      budget = one.budgetDailyMicros;
    }
    return budget;
  });
}

/** Campaigns that any variant would have ordered something for, the one with the most commands first. */
export function campaignsOf(variants: readonly { readonly items: readonly WouldBeCommand[] }[]): readonly {
  readonly campaignId: string;
  readonly commands: number;
}[] {
  const counts = new Map<string, number>();
  for (const { items } of variants)
    for (const { campaignId } of items) counts.set(campaignId, (counts.get(campaignId) ?? 0) + 1);
  return [...counts]
    .map(([campaignId, commands]) => ({ campaignId, commands }))
    .sort((a, b) => b.commands - a.commands || (a.campaignId < b.campaignId ? -1 : 1));
}
