import type { Guards } from '@flightdeck/domain';
import { FLIGHT, ZONE, type Fired, type GuardWorld, type Look } from './guard-world.js';

const MINUTE_MS = 60_000;
const LOCAL = new Intl.DateTimeFormat('en-CA', {
  ...{ timeZone: ZONE, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit' },
  ...{ weekday: 'short', hourCycle: 'h23' },
});
const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What a wall clock of the campaign shows, from the platform's own calendar and none of ours. */
function local(ms: number): { readonly day: string; readonly hour: number; readonly weekday: number } {
  const parts = new Map(LOCAL.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    day: `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`,
    hour: Number(parts.get('hour')),
    weekday: WEEKDAYS.indexOf(parts.get('weekday') ?? '') + 1,
  };
}

/**
 * The first promise of the guards that a history breaks, in words; undefined when it keeps them all. Written from what docs/rules.md
 * says, in terms of the whole history, and without any of the code that decides.
 */
export function brokenPromise({ fired, looks }: GuardWorld, guards: Guards): string | undefined {
  for (const [index, one] of fired.entries()) {
    const broken =
      actsOutOfPlace(one, guards) ??
      firesTooOften(one, fired.slice(0, index), guards) ??
      firesUnarmed(one, fired[index - 1], looks, guards);
    if (broken !== undefined) return `Firing ${index + 1}: ${broken}`;
  }
  return undefined;
}

function actsOutOfPlace(one: Fired, guards: Guards): string | undefined {
  const { atMs, status, spend, threshold, impressions, lagSeconds } = one;
  const inFlight = Date.parse(FLIGHT.start) <= atMs && atMs < Date.parse(FLIGHT.end);
  if (spend < threshold) return 'its conditions do not hold';
  if (guards.evenWhenNotServing !== true && status !== 'active') return `the campaign is ${status}`;
  if (guards.evenWhenNotServing !== true && !inFlight) return 'the campaign is not in flight';
  if (impressions < (guards.minSample ?? 0)) return `on ${impressions} impressions`;
  if (lagSeconds > (guards.maxLagSeconds ?? Infinity)) return `on facts ${lagSeconds} s old`;
  const { days, fromHour = 0, toHour = 24 } = guards.schedule ?? {};
  const { hour, weekday } = local(atMs);
  if (hour < fromHour || hour >= toHour || days?.includes(weekday) === false) return 'out of its schedule';
  return undefined;
}

function firesTooOften(one: Fired, before: readonly Fired[], guards: Guards): string | undefined {
  const { day } = local(one.atMs);
  const onDay = before.filter(({ atMs }) => local(atMs).day === day);
  const same = ({ threshold }: Fired): boolean => threshold === one.threshold;
  const once = guards.fireOncePer ?? 'day';
  if (once === 'day' && onDay.some(same)) return `a second time on ${day}`;
  if (once === 'flight' && before.some(same)) return 'a second time in the flight';
  if (onDay.length >= (guards.maxPerDay ?? Infinity)) return `more than ${guards.maxPerDay} times on ${day}`;
  const least = Math.max(guards.cooldownMinutes ?? 0, once === 'none' ? 1 : 0) * MINUTE_MS;
  const last = before.at(-1);
  if (last !== undefined && least > 0 && one.atMs - last.atMs < least) return 'while it cools down';
  return undefined;
}

/** Between two firings some process, in one of its lives, saw nothing but clear conditions for as long as the guard asks. */
function firesUnarmed(
  one: Fired,
  before: Fired | undefined,
  looks: readonly Look[],
  { rearmAfterMinutes }: Guards,
): string | undefined {
  if (rearmAfterMinutes === undefined || before === undefined) return undefined;
  const between = looks.slice(before.looks - 1, one.looks);
  for (const life of new Set(between.map((look) => look.life))) {
    let first: number | undefined;
    for (const look of between) {
      if (look.life !== life) continue;
      first = look.spend >= look.threshold ? undefined : (first ?? look.atMs);
      if (first !== undefined && look.atMs - first >= rearmAfterMinutes * MINUTE_MS) return undefined;
    }
  }
  return 'though it was not clear for long enough since the one before';
}
