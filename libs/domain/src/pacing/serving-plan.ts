import type { CampaignTerms, DayPart } from '../campaign/events.js';
import { zonedDayAt } from '../time/day.js';
import { parseInstant, type EpochMs } from '../time/instant.js';
import { DEFAULT_TRAFFIC_CURVE } from './traffic-curve.js';

/** When a campaign serves and how much each hour of the week weighs. Weights are relative; 1 everywhere without a curve. */
export interface ServingPlan {
  readonly zone: string;
  readonly flightStartMs: EpochMs;
  readonly flightEndMs: EpochMs;
  /** Day numbers (since 1970-01-01, local) of the flight's first and last day; null without a flight. */
  readonly flightDays: { readonly first: number; readonly last: number } | null;
  readonly dayParts: readonly DayPart[] | undefined;
  /** Monday first, hour 0 to 23 local time. */
  readonly curve: readonly (readonly number[])[] | undefined;
}

const ALWAYS_IN_UTC: ServingPlan = {
  zone: 'UTC',
  flightStartMs: -Infinity,
  flightEndMs: Infinity,
  flightDays: null,
  dayParts: undefined,
  curve: undefined,
};

/** Terms never change, a campaign gets new ones; so each is read once and forgotten with its campaign. */
const plans = new WeakMap<CampaignTerms, ServingPlan>();

/** The plan of registered terms; without terms a campaign serves always, in UTC. @throws {RangeError} when they name no zone or no instants. */
export function servingPlan(terms: CampaignTerms | undefined): ServingPlan {
  if (terms === undefined) return ALWAYS_IN_UTC;
  const known = plans.get(terms);
  if (known !== undefined) return known;
  const plan = read(terms);
  plans.set(terms, plan);
  return plan;
}

/** Local days from a day to the end of the flight, that day included; all of them before its start, 0 after its end, null without a flight. */
export function flightDaysLeft(plan: ServingPlan, day: { readonly number: number }): number | null {
  if (plan.flightDays === null) return null;
  const { first, last } = plan.flightDays;
  return Math.max(0, last - Math.max(day.number, first) + 1);
}

function read(terms: CampaignTerms): ServingPlan {
  const { timezone, dayParts, pacing } = terms;
  const flightStartMs = instantOf(terms.flight.start);
  const flightEndMs = instantOf(terms.flight.end);
  return {
    zone: timezone,
    flightStartMs,
    flightEndMs,
    flightDays: {
      first: zonedDayAt(timezone, flightStartMs).number,
      last: zonedDayAt(timezone, flightEndMs - 1).number,
    },
    dayParts: dayParts === undefined || dayParts.length === 0 ? undefined : dayParts,
    curve: pacing.mode === 'traffic' ? (pacing.curve ?? DEFAULT_TRAFFIC_CURVE) : undefined,
  };
}

function instantOf(text: string): EpochMs {
  const ms = parseInstant(text);
  if (ms === undefined) throw new RangeError(`Not an RFC 3339 instant: ${text.slice(0, 64)}`);
  return ms;
}
