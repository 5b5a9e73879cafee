import { multiplyTotal, addTotal, micros, type Micros, type Total } from '../money/money.js';
import type { DayBounds } from '../time/day.js';
import type { EpochMs } from '../time/instant.js';

/** How far a platform may deliver above a daily budget: Google Ads and Meta allow a multiple of the day's highest. */
export interface CapPolicy {
  readonly multiple: number;
}

/** A daily budget and from when it holds. */
export interface DailyBudgetChange {
  readonly effectiveAtMs: EpochMs;
  readonly dailyMicros: Micros;
}

/** The daily budgets that hold at some time of a day: the one it begins with, then every change. `changes` are in time order. */
export function dailyBudgetsOf(changes: readonly DailyBudgetChange[], day: DayBounds): readonly Micros[] {
  const before = changes.filter((change) => change.effectiveAtMs <= day.startMs).slice(-1);
  const during = changes.filter(
    (change) => change.effectiveAtMs > day.startMs && change.effectiveAtMs < day.endMs,
  );
  return [...before, ...during].map((change) => change.dailyMicros);
}

/** The most a platform may spend on a day whose daily budget was changed: a multiple of the day's highest; undefined without any. @throws {MoneyOverflow} */
export function dailyCap(dailyBudgets: readonly Micros[], policy: CapPolicy): Micros | undefined {
  if (dailyBudgets.length === 0) return undefined;
  return micros(Math.floor(Math.max(...dailyBudgets) * policy.multiple));
}

/** A month's cap after its daily budget changed: what was spent until then and the new daily budget for every day left. @throws {MoneyOverflow} */
export function monthCap(spent: Total, dailyMicros: Micros, daysLeft: number): Total {
  return addTotal(spent, multiplyTotal({ micros: dailyMicros, nanos: 0 }, daysLeft));
}
