/** From here to there a pacing index is healthy (the domain's own limits). */
const HEALTHY_MIN = 0.9;
const HEALTHY_MAX = 1.1;
/** Outside of these it is bad. */
const BAD_MIN = 0.7;
const BAD_MAX = 1.3;

export interface Pace {
  readonly shape: 'over' | 'under' | 'on' | 'none';
  readonly tone: 'good' | 'warn' | 'bad' | 'none';
  readonly words: string;
}

/** What a pacing index means. */
export function paceOf(index: number | null | undefined): Pace {
  if (index === null || index === undefined)
    return { shape: 'none', tone: 'none', words: 'nothing expected yet' };
  if (index > HEALTHY_MAX) {
    return { shape: 'over', tone: index > BAD_MAX ? 'bad' : 'warn', words: 'ahead of plan' };
  }
  if (index < HEALTHY_MIN) {
    return { shape: 'under', tone: index < BAD_MIN ? 'bad' : 'warn', words: 'behind plan' };
  }
  return { shape: 'on', tone: 'good', words: 'on plan' };
}

const OVERSPEND_WEIGHT = 2;

/** What risk is made of. */
export interface Paced {
  readonly status: string;
  readonly pacingIndex: number | null;
  readonly spendMicros: number;
  readonly budgetMicros: number | null;
  readonly forecastMicros: number | null;
}

/** How much a campaign needs looking at, as the API ranks it: 0 on plan, paused, ended or without a budget. */
export function riskOf({ status, pacingIndex, spendMicros, budgetMicros, forecastMicros }: Paced): number {
  if (status !== 'active') return 0;
  const offPace =
    pacingIndex === null ? 0 : Math.max(HEALTHY_MIN - pacingIndex, pacingIndex - HEALTHY_MAX, 0);
  if (budgetMicros === null || budgetMicros <= 0) return offPace;
  const over = Math.max(spendMicros / budgetMicros - 1, (forecastMicros ?? 0) / budgetMicros - 1, 0);
  return Math.max(offPace, OVERSPEND_WEIGHT * over);
}
