import { anyCounters, anyTerms, sampleFigures, sampleTerms, spent } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FactValue } from '../command/events.js';
import { EMPTY_COUNTERS } from '../figures/counters.js';
import type { CampaignFigures } from '../figures/figures.js';
import { HOUR_MS, MINUTE_MS, parseInstant } from '../time/instant.js';
import { factDefinition, factsOf, FACT_NAMES, FACTS, isFactName } from './catalog.js';
import type { FactInput, FactType } from './fact.js';

const spans = ['today', 'last5m', 'last15m', 'last60m', 'lifetime'];
const PROMISED = [
  ...spans.flatMap((span) => [`spend.${span}`, `spend.${span}.gross`]),
  ...['budget.daily', 'budget.lifetime', 'budget.remainingToday', 'budget.remaining'],
  ...['utilization.today', 'utilization.lifetime'],
  ...['pacing.index', 'pacing.expected', 'pacing.forecast', 'pacing.exhaustsInMinutes'],
  ...['impressions', 'views', 'clicks', 'conversions'].flatMap((count) =>
    spans.map((span) => `${count}.${span}`),
  ),
  ...['ctr', 'cvr', 'cpc', 'cpa', 'ecpm', 'roas', 'viewability'].flatMap((rate) => [
    `${rate}.today`,
    `${rate}.last60m`,
  ]),
  ...['ivt.share.today', 'campaign.status', 'campaign.tags', 'campaign.advertiserId'],
  ...['time.localHour', 'time.localDayOfWeek', 'time.dayElapsed', 'flight.daysLeft'],
  ...['data.lagSeconds', 'data.minutesSinceLastEvent'],
];

const nowMs = parseInstant('2026-11-05T12:00:00-05:00') ?? NaN;
const terms = sampleTerms({
  timezone: 'America/New_York',
  flight: { start: '2026-11-01T04:00:00Z', end: '2026-11-11T05:00:00Z' },
  budget: { dailyMicros: 100, lifetimeMicros: 1000 },
  tags: ['autumn'],
});
const figures: CampaignFigures = sampleFigures(nowMs, terms.timezone, {
  today: { ...spent(60, 500), impressions: 200, clicks: 3, events: 250, givt: 4, sivt: 1 },
  lifetime: spent(260, 500),
  last15m: spent(15),
  last60m: { ...EMPTY_COUNTERS, clicks: 9, conversions: 3 },
  lastOccurredAtMs: nowMs - 4000,
  lastReceivedAtMs: nowMs - 3000,
});
const input: FactInput = { terms, status: 'active', figures, nowMs };

function isOfType(value: FactValue, type: FactType): boolean {
  if (type === 'strings') return Array.isArray(value) && value.every((each) => typeof each === 'string');
  return typeof value === type && (typeof value !== 'number' || Number.isFinite(value));
}

describe('the catalog', () => {
  it('has every fact that domain.md promises', () =>
    expect(PROMISED.filter((name) => !isFactName(name))).toEqual([]));
  it('has each once', () => expect(new Set(FACT_NAMES).size).toBe(FACTS.length));
  it('gives examples of the right type', () =>
    expect(FACTS.filter((fact) => !isOfType(fact.example, fact.type))).toEqual([]));
  it('explains each in a sentence', () =>
    expect(FACTS.filter((fact) => !/^[A-Zah].*\.$/.test(fact.meaning))).toEqual([]));
  it('knows no other names', () => {
    expect(factDefinition('constructor')).toBeUndefined();
    expect(isFactName('__proto__')).toBe(false);
    expect(factsOf(input, ['toString', 'spend.tomorrow'])).toEqual({});
  });
});

describe('facts', () => {
  it.each<[string, FactValue]>([
    ['spend.today', 60.5],
    ['spend.today.gross', 60.5],
    ['spend.lifetime', 260.5],
    ['spend.last5m', 0],
    ['budget.daily', 100],
    ['budget.lifetime', 1000],
    ['budget.remainingToday', 39.5],
    ['budget.remaining', 739.5],
    ['utilization.today', 0.605],
    ['utilization.lifetime', 0.2605],
    ['pacing.index', 1.21],
    ['pacing.expected', 50],
    ['pacing.forecast', 780],
    ['pacing.exhaustsInMinutes', 39.5],
    ['pacing.overspend', false],
    ['pacing.projectedOverspend', true],
    ['impressions.today', 200],
    ['clicks.last60m', 9],
    ['ctr.today', 0.015],
    ['cvr.last60m', 1 / 3],
    ['ctr.last60m', null],
    ['ivt.share.today', 0.02],
    ['campaign.status', 'active'],
    ['campaign.tags', ['autumn']],
    ['campaign.advertiserId', 'adv1'],
    ['time.localHour', 12],
    ['time.localDayOfWeek', 4],
    ['time.dayElapsed', 0.5],
    ['flight.daysLeft', 6],
    ['data.lagSeconds', 4],
    ['data.minutesSinceLastEvent', 0.05],
  ])('%s is %p', (name, value) => expect(factsOf(input, [name])).toEqual({ [name]: value }));

  it('are of their type or null, and JSON', () => {
    const counters = fc.record({ today: anyCounters(), last15m: anyCounters(), lifetime: anyCounters() });
    fc.assert(
      fc.property(fc.option(anyTerms()), counters, fc.nat({ max: 200 * 24 }), (some, counted, hours) => {
        const agreed = some ?? undefined;
        const now =
          (agreed === undefined ? nowMs : (parseInstant(agreed.flight.start) ?? NaN)) + hours * HOUR_MS;
        const facts = factsOf({
          terms: agreed,
          status: agreed === undefined ? undefined : 'active',
          figures: sampleFigures(now, agreed?.timezone, counted),
          nowMs: now,
        });
        expect(Object.keys(facts)).toEqual(FACT_NAMES);
        const wrong = FACTS.filter(
          ({ name, type }) => facts[name] !== null && !isOfType(facts[name] ?? null, type),
        );
        expect(wrong).toEqual([]);
      }),
    );
  });

  it('that are not time-driven stay as they are until the day ends', () => {
    const later = { ...input, nowMs: nowMs + 11 * HOUR_MS + 59 * MINUTE_MS };
    const changed = FACT_NAMES.filter(
      (name) => factsOf(input, [name])[name] !== factsOf(later, [name])[name],
    );
    expect(changed.filter((name) => factDefinition(name)?.timeDriven !== true)).toEqual([]);
    expect(changed).toEqual(expect.arrayContaining(['pacing.index', 'time.localHour', 'data.lagSeconds'])); // the check sees changes
  });

  it('that do not reset daily stay as they are on the next day', () => {
    const nextDay = nowMs + 24 * HOUR_MS;
    const next = {
      ...input,
      nowMs: nextDay,
      figures: sampleFigures(nextDay, terms.timezone, { lifetime: figures.lifetime }),
    };
    const changed = FACT_NAMES.filter((name) => factsOf(input, [name])[name] !== factsOf(next, [name])[name]);
    expect(changed.filter((name) => factDefinition(name)?.resetsDaily !== true)).toEqual([]);
    expect(changed).toEqual(expect.arrayContaining(['spend.today', 'flight.daysLeft']));
  });
});
