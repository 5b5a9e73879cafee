import { flightDaysLeft, servingPlan } from '../pacing/serving-plan.js';
import { localClock } from '../time/day.js';
import { MINUTE_MS, SECOND_MS } from '../time/instant.js';
import type { FactDefinition } from './fact.js';
import { always, daily, lasting } from './row.js';

const CAMPAIGN_FACTS: readonly FactDefinition[] = [
  lasting({
    name: 'campaign.status',
    type: 'string',
    unit: null,
    meaning: 'active, paused or ended; unknown for an unregistered campaign.',
    example: 'active',
    compute: ({ status }) => status ?? null,
  }),
  lasting({
    name: 'campaign.tags',
    type: 'strings',
    unit: null,
    meaning: "The campaign's tags.",
    example: ['spring', 'video'],
    compute: ({ terms }) => terms?.tags ?? null,
  }),
  lasting({
    name: 'campaign.advertiserId',
    type: 'string',
    unit: null,
    meaning: 'The advertiser whose campaign it is.',
    example: 'adv1',
    compute: ({ terms }) => terms?.advertiserId ?? null,
  }),
];

const TIME_FACTS: readonly FactDefinition[] = [
  always({
    name: 'time.localHour',
    type: 'number',
    unit: 'hours',
    meaning: "Hour on the campaign's local clock, 0 to 23.",
    example: 14,
    compute: ({ zone, nowMs }) => localClock(zone, nowMs).hour,
  }),
  always({
    name: 'time.localDayOfWeek',
    type: 'number',
    unit: 'weekday',
    meaning: "Weekday in the campaign's zone, 1 = Monday to 7 = Sunday (ISO 8601).",
    example: 5,
    compute: ({ localDay }) => localDay.weekday,
  }),
  always({
    name: 'time.dayElapsed',
    type: 'number',
    unit: 'ratio',
    meaning: "Share of the campaign's local day that has passed, be it 23, 24 or 25 hours long.",
    example: 0.5,
    compute: ({ localDay, nowMs }) => (nowMs - localDay.startMs) / (localDay.endMs - localDay.startMs),
  }),
  daily({
    name: 'flight.daysLeft',
    type: 'number',
    unit: 'days',
    meaning: 'Local days until the flight ends, today included; 0 once it has ended.',
    example: 9,
    compute: ({ terms, localDay }) => flightDaysLeft(servingPlan(terms), localDay),
  }),
];

const DATA_FACTS: readonly FactDefinition[] = [
  always({
    name: 'data.lagSeconds',
    type: 'number',
    unit: 'seconds',
    meaning: 'How long ago the newest event known happened: how far the figures may be behind the world.',
    example: 3,
    compute: ({ figures, nowMs }) => elapsed(figures.lastOccurredAtMs, nowMs, SECOND_MS),
  }),
  always({
    name: 'data.minutesSinceLastEvent',
    type: 'number',
    unit: 'minutes',
    meaning: 'How long ago an event last arrived.',
    example: 0.5,
    compute: ({ figures, nowMs }) => elapsed(figures.lastReceivedAtMs, nowMs, MINUTE_MS),
  }),
];

/** `campaign.*`, `time.*`, `flight.*`, `data.*`. */
export const SITUATION_FACTS: readonly FactDefinition[] = [...CAMPAIGN_FACTS, ...TIME_FACTS, ...DATA_FACTS];

/** Clocks of producers run ahead by up to five minutes, so "not yet" counts as now. */
function elapsed(sinceMs: number | null, nowMs: number, unitMs: number): number | null {
  return sinceMs === null ? null : Math.max(0, nowMs - sinceMs) / unitMs;
}
