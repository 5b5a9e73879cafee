import type { PacingMode } from '../campaign/events.js';
import { unreachable } from '../kernel/decider.js';
import type { DayBounds } from '../time/day.js';
import type { EpochMs } from '../time/instant.js';
import { servingWeight } from './serving.js';
import type { ServingPlan } from './serving-plan.js';

/** `ahead` runs this much faster than `even` until the target is reached. */
export const AHEAD_FACTOR = 1.2;

/**
 * The share (0 to 1) of a day's target that should be spent by `ms`: its serving time elapsed over all its serving time,
 * weighted for `traffic`, sped up for `ahead`; null for `asap`, which follows no curve; 0 on a day without serving time.
 * @throws {RangeError} for an unknown zone.
 */
export function shareOfDay(plan: ServingPlan, mode: PacingMode, day: DayBounds, ms: EpochMs): number | null {
  const whole = weightsOf(plan, day).day;
  if (whole === 0 || ms <= day.startMs) return curved(mode, 0);
  return curved(mode, ms >= day.endMs ? 1 : Math.min(1, servingWeight(plan, day.startMs, ms) / whole));
}

/** As {@link shareOfDay}, of the whole flight's budget, at `ms` within `day`; 0 without a flight. @throws {RangeError} for an unknown zone. */
export function shareOfFlight(
  plan: ServingPlan,
  mode: PacingMode,
  day: DayBounds,
  ms: EpochMs,
): number | null {
  const { flight, before } = weightsOf(plan, day);
  if (flight === 0 || !Number.isFinite(flight)) return curved(mode, 0);
  if (ms >= plan.flightEndMs) return curved(mode, 1);
  return curved(mode, Math.min(1, (before + servingWeight(plan, day.startMs, ms)) / flight));
}

function curved(mode: PacingMode, elapsed: number): number | null {
  switch (mode) {
    case 'asap':
      return null;
    case 'even':
    case 'traffic':
      return elapsed;
    case 'ahead':
      return Math.min(1, AHEAD_FACTOR * elapsed);
    default:
      return unreachable(mode);
  }
}

/** What a plan weighs in flight, on one day of it and before that day: the same all day long. */
interface Weights {
  readonly dayStartMs: EpochMs;
  readonly day: number;
  readonly before: number;
  readonly flight: number;
}

const known = new WeakMap<ServingPlan, Weights>();

function weightsOf(plan: ServingPlan, day: DayBounds): Weights {
  const last = known.get(plan);
  if (last?.dayStartMs === day.startMs) return last;
  const weights = {
    dayStartMs: day.startMs,
    day: servingWeight(plan, day.startMs, day.endMs),
    before: servingWeight(plan, plan.flightStartMs, day.startMs),
    flight: last?.flight ?? servingWeight(plan, plan.flightStartMs, plan.flightEndMs),
  };
  known.set(plan, weights);
  return weights;
}
