import type { Campaign, CampaignAsOf, MetricPoint, Pacing } from '../../../api/generated/types.gen';
import { exactMoney, money } from '../../../format/money';
import { index, percent } from '../../../format/number';
import { clock } from '../../../format/time';

/** A figure as it was shown at a moment, and as it would be shown with what is known now of that time. */
export interface KnownFigure {
  readonly name: string;
  readonly then: string;
  readonly now: string;
  /** What has come to be known since; empty when nothing has. */
  readonly since: string;
}

/** The pacing of both, figure by figure. */
export function figuresOf({ campaign, knownThen, knownNow }: CampaignAsOf): readonly KnownFigure[] {
  const [then, now] = [knownThen.pacing, knownNow.pacing];
  const currency = then.currency ?? now.currency;
  const zone = campaign?.timezone ?? 'UTC';
  const amount = (name: string, of: (pacing: Pacing) => number | null): KnownFigure => {
    const [a, b] = [of(then), of(now)];
    const moved = a !== null && b !== null && a !== b ? b - a : undefined;
    return {
      ...{ name, then: money(a, currency), now: money(b, currency) },
      since: moved === undefined ? changed(a, b) : `${moved > 0 ? '+' : ''}${exactMoney(moved, currency)}`,
    };
  };
  const text = (name: string, of: (pacing: Pacing) => string): KnownFigure => ({
    ...{ name, then: of(then), now: of(now), since: changed(of(then), of(now)) },
  });
  return [
    amount('Spent that day', ({ spend }) => spend.todayMicros),
    amount('Gross that day', ({ spend }) => spend.grossTodayMicros),
    amount('Spent in all', ({ spend }) => spend.lifetimeMicros),
    amount('Budget of the day', ({ budget }) => budget?.todayMicros ?? null),
    amount('Expected by then', ({ expectedMicros }) => expectedMicros),
    amount('Forecast for the day', ({ forecastMicros }) => forecastMicros),
    text('Pacing index', ({ pacingIndex }) => index(pacingIndex)),
    text('Used', ({ utilization }) => percent(utilization)),
    text('Budget spent by', ({ exhaustsAt }) =>
      exhaustsAt === null ? 'not that day' : clock(exhaustsAt, zone),
    ),
  ];
}

function changed(then: unknown, now: unknown): string {
  return then === now ? '' : 'changed';
}

/** The terms that held, in words. */
export function termsOf({ budget, currency, pacing, status }: Campaign): string {
  const daily = budget.dailyMicros === undefined ? '' : `${money(budget.dailyMicros, currency)} a day, `;
  const whole =
    budget.lifetimeMicros === undefined ? '' : `${money(budget.lifetimeMicros, currency)} in all, `;
  return `${status}, ${daily}${whole}pacing ${pacing.mode}`;
}

/** Two lines of spend over the same moments. */
export interface TwoCurves {
  readonly atMs: readonly number[];
  readonly then: readonly (number | null)[];
  readonly now: readonly (number | null)[];
}

/** Net spend of the day as it grew, in micros: from what had arrived by the moment, and from what is known now. */
export function curvesOf(
  fromMs: number,
  toMs: number,
  then: readonly MetricPoint[],
  now: readonly MetricPoint[],
): TwoCurves {
  const ends = [...then, ...now].map(({ end }) => Math.min(Date.parse(end), toMs));
  const atMs = [...new Set([fromMs, ...ends, toMs])].sort((a, b) => a - b);
  return { atMs, then: sumAt(atMs, then, toMs), now: sumAt(atMs, now, toMs) };
}

function sumAt(atMs: readonly number[], points: readonly MetricPoint[], toMs: number): readonly number[] {
  const spent = new Map<number, number>();
  for (const point of points) {
    const end = Math.min(Date.parse(point.end), toMs);
    spent.set(end, (spent.get(end) ?? 0) + point.spend.net.micros);
  }
  let sum = 0;
  return atMs.map((ms) => (sum += spent.get(ms) ?? 0));
}
