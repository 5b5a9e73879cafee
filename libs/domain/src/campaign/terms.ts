import { parseInstant } from '../time/instant.js';
import type { Budget, CampaignTerms, DayPart, Flight, Pacing } from './events.js';

/** Terms that no campaign can have; `detail` says what would be right. */
export interface InvalidTerms {
  readonly code: 'InvalidDetails' | 'InvalidFlight' | 'InvalidBudget' | 'InvalidPacing';
  readonly detail: string;
}

const WEEKDAYS = 7;
const HOURS = 24;
/** More parts than hours in a week cannot differ. */
export const DAY_PARTS_MAX = WEEKDAYS * HOURS;
export const TAGS_MAX = 100;
/** Platforms allow 1.25 (Meta) to 2 (Google Ads). */
export const OVERDELIVERY_MAX = 10;

/** The terms alone, without what else an event or a state carries. */
export function termsOf(from: CampaignTerms): CampaignTerms {
  const { campaignId, name, advertiserId, currency, timezone, flight, budget, pacing, tags, pricing } = from;
  return {
    ...{ campaignId, name, advertiserId, currency, timezone, flight, budget, pacing, tags },
    ...dayPartsOf(from),
    ...(pricing === undefined ? {} : { pricing }),
  };
}

/** No day-parts say the same as none given: always serving. */
export function dayPartsOf({ dayParts }: Pick<CampaignTerms, 'dayParts'>): Pick<CampaignTerms, 'dayParts'> {
  return dayParts === undefined || dayParts.length === 0 ? {} : { dayParts };
}

/** The first thing that is wrong, or undefined. Whether the zone exists is checked at the edge, which knows the zones. */
export function wrongTerms(terms: CampaignTerms): InvalidTerms | undefined {
  const wrong =
    wrongDetails(terms) ?? wrongFlight(terms.flight) ?? wrongBudget(terms.budget) ?? wrongPacing(terms);
  if (wrong !== undefined) return wrong;
  if (!isCurrencyCode(terms.currency))
    return invalid('InvalidDetails', 'currency must be an ISO 4217 code such as USD');
  if (terms.pricing !== undefined && !isAmount(terms.pricing.micros)) {
    return invalid('InvalidDetails', 'pricing.micros must be a positive integer of micros');
  }
  return undefined;
}

/** A campaign has a name, and distinct tags. */
export function wrongDetails(details: Pick<CampaignTerms, 'name' | 'tags'>): InvalidTerms | undefined {
  if (details.name.trim() === '') return invalid('InvalidDetails', 'name must not be empty');
  if (details.tags.length > TAGS_MAX) return invalid('InvalidDetails', `at most ${TAGS_MAX} tags`);
  if (new Set(details.tags).size < details.tags.length) return invalid('InvalidDetails', 'tags must differ');
  return undefined;
}

/** A flight ends after it starts. */
export function wrongFlight(flight: Flight): InvalidTerms | undefined {
  const start = parseInstant(flight.start);
  const end = parseInstant(flight.end);
  if (start === undefined || end === undefined)
    return invalid('InvalidFlight', 'start and end must be RFC 3339 instants');
  return start < end ? undefined : invalid('InvalidFlight', 'end must be after start');
}

/** Caps are positive amounts, each optional; a campaign that may spend nothing is paused instead. */
export function wrongBudget(budget: Budget): InvalidTerms | undefined {
  const caps = [budget.dailyMicros, budget.lifetimeMicros].filter((cap) => cap !== undefined);
  return caps.every(isAmount)
    ? undefined
    : invalid('InvalidBudget', 'a budget must be a positive integer of micros');
}

/** A tolerance is a share, a curve is a week of weights that are not all 0, and a day-part is some hours of one weekday. */
export function wrongPacing(terms: Pick<CampaignTerms, 'pacing' | 'dayParts'>): InvalidTerms | undefined {
  const { tolerance, curve } = terms.pacing;
  if (!(tolerance >= 0 && tolerance <= 1)) return invalid('InvalidPacing', 'tolerance must be from 0 to 1');
  if (curve !== undefined) {
    if (terms.pacing.mode !== 'traffic') return invalid('InvalidPacing', 'only mode traffic has a curve');
    if (!isWeek(curve)) return invalid('InvalidPacing', 'curve must be 7 days of 24 weights ≥ 0, not all 0');
  }
  const { overdelivery = 1 } = terms.pacing;
  if (!(overdelivery >= 1 && overdelivery <= OVERDELIVERY_MAX))
    return invalid('InvalidPacing', `overdelivery must be from 1 to ${OVERDELIVERY_MAX}`);
  const dayParts = terms.dayParts ?? [];
  if (dayParts.length > DAY_PARTS_MAX) return invalid('InvalidPacing', `at most ${DAY_PARTS_MAX} dayParts`);
  if (!dayParts.every(isDayPart))
    return invalid('InvalidPacing', 'a dayPart has weekday 1–7 and 0 ≤ fromHour < toHour ≤ 24');
  return undefined;
}

function isWeek(curve: NonNullable<Pacing['curve']>): boolean {
  const weights = curve.flat();
  return (
    curve.length === WEEKDAYS &&
    curve.every((day) => day.length === HOURS) &&
    weights.every((weight) => Number.isFinite(weight) && weight >= 0) &&
    weights.some((weight) => weight > 0)
  );
}

function isDayPart({ weekday, fromHour, toHour }: DayPart): boolean {
  return (
    Number.isInteger(weekday) &&
    weekday >= 1 &&
    weekday <= WEEKDAYS &&
    Number.isInteger(fromHour) &&
    Number.isInteger(toHour) &&
    fromHour >= 0 &&
    fromHour < toHour &&
    toHour <= HOURS
  );
}

function isAmount(micros: number): boolean {
  return Number.isSafeInteger(micros) && micros > 0;
}

function isCurrencyCode(code: string): boolean {
  return /^[A-Z]{3}$/.test(code);
}

function invalid(code: InvalidTerms['code'], detail: string): InvalidTerms {
  return { code, detail };
}
