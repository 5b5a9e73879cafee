import { anyCounters, anyTerms, sampleFigures, sampleTerms } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FactValue } from '../command/events.js';
import { addCounters, EMPTY_COUNTERS } from '../figures/counters.js';
import type { AdvertiserFigures, CampaignFigures, Counters } from '../figures/figures.js';
import { total } from '../money/money.js';
import { dayOf } from '../time/day.js';
import { HOUR_MS, MINUTE_MS, parseInstant } from '../time/instant.js';
import { FACT_NAMES, factsOf } from './catalog.js';
import { CHANGE, changesOf, countedBetween, turnedBetween, type Changes } from './changes.js';

interface Counted {
  readonly occurredAtMs: number;
  readonly counters: Counters;
}

const RUNS = 1_000;
/** Planted bugs are looked for in the same lives each time. */
const SEED = 20_261_126;
const HOURS_MAX = 40;

/** What was counted by a moment, with windows exact to the minute. */
function figuresAt(nowMs: number, zone: string, counted: readonly Counted[]): CampaignFigures {
  const sum = (isIn: (atMs: number) => boolean): Counters =>
    counted
      .filter(({ occurredAtMs }) => isIn(occurredAtMs))
      .reduce((all, { counters }) => addCounters(all, counters), EMPTY_COUNTERS);
  const minute = Math.floor(nowMs / MINUTE_MS);
  const last = (minutes: number): Counters => sum((atMs) => Math.floor(atMs / MINUTE_MS) > minute - minutes);
  const latestMs = counted.length === 0 ? null : Math.max(...counted.map(({ occurredAtMs }) => occurredAtMs));
  const day = dayOf(zone, nowMs);
  return sampleFigures(nowMs, zone, {
    ...{ lifetime: sum(() => true), today: sum((atMs) => dayOf(zone, atMs) === day) },
    ...{ last5m: last(5), last15m: last(15), last60m: last(60) },
    ...{ lastOccurredAtMs: latestMs, lastReceivedAtMs: latestMs },
  });
}

/** An event or more, which may leave most counters as they were. */
const anyOfCounters = (): fc.Arbitrary<Counters> =>
  fc
    .tuple(anyCounters(), fc.subarray(Object.keys(EMPTY_COUNTERS) as (keyof Counters)[], { maxLength: 3 }))
    .map(([counters, kept]) => ({
      ...EMPTY_COUNTERS,
      ...Object.fromEntries(kept.map((name) => [name, counters[name]])),
      events: counters.events + 1,
    }));

/** Two moments of a campaign's life: what was counted by the first, what was counted between, and how much later the second is. */
const anyLife = () =>
  anyTerms().chain((terms) => {
    const startMs = parseInstant(terms.flight.start) ?? 0;
    const endMs = parseInstant(terms.flight.end) ?? 0;
    const nowMs = fc.integer({ min: startMs, max: endMs + HOUR_MS });
    const one = fc.record({
      agoMs: fc.integer({ min: 0, max: HOURS_MAX * HOUR_MS }),
      counters: anyOfCounters(),
    });
    const some = fc.array(one, { maxLength: 4 });
    const laterMs = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 3 * MINUTE_MS }),
      fc.integer({ min: 1, max: HOURS_MAX * HOUR_MS }),
    );
    return fc.record({ terms: fc.constant(terms), nowMs, before: some, between: some, laterMs });
  });
type Life = ReturnType<typeof anyLife> extends fc.Arbitrary<infer L> ? L : never;

/** Facts that became others although nothing that can make them others is told to have changed. */
function untold(
  { terms, nowMs, before, between, laterMs }: Life,
  known: (fact: string) => Changes,
): string[] {
  const thenMs = nowMs + laterMs;
  const at = (ms: number, agoes: Life['before']): readonly Counted[] =>
    agoes.map(({ agoMs, counters }) => ({ occurredAtMs: ms - agoMs, counters }));
  const was = figuresAt(nowMs, terms.timezone, at(nowMs, before));
  const is = figuresAt(thenMs, terms.timezone, [...at(nowMs, before), ...at(thenMs, between)]);
  const changes =
    countedBetween(was.lifetime, is.lifetime) | turnedBetween(nowMs, thenMs, was.day === is.day);
  const facts = (ms: number, figures: CampaignFigures): Readonly<Record<string, FactValue>> =>
    factsOf({ terms, status: 'active', figures, nowMs: ms }, FACT_NAMES);
  const [first, second] = [facts(nowMs, was), facts(thenMs, is)];
  return FACT_NAMES.filter(
    (name) => JSON.stringify(first[name]) !== JSON.stringify(second[name]) && (known(name) & changes) === 0,
  );
}

describe('what can make a fact another', () => {
  it('is told of every fact of the catalog, whatever is counted and however time passes', () =>
    fc.assert(
      fc.property(anyLife(), (life) => expect(untold(life, changesOf)).toEqual([])),
      { numRuns: RUNS },
    ));

  it.each<[string, string, Changes]>([
    ['money that is counted', 'utilization.today', CHANGE.net],
    ['a day that begins', 'spend.today', CHANGE.day],
    ['a minute that leaves a window', 'clicks.last5m', CHANGE.minute],
    ['clicks under a rate', 'ctr.today', CHANGE.clicks],
  ])('catches one that forgets %s (planted)', (_, fact, forgotten) => {
    const forgetful = (name: string): Changes =>
      name === fact ? changesOf(name) & ~forgotten : changesOf(name);
    expect(
      fc.check(
        fc.property(anyLife(), (life) => untold(life, forgetful).length === 0),
        { numRuns: RUNS, seed: SEED },
      ).failed,
    ).toBe(true);
  });

  it('is what siblings spend only for facts that a shared budget bears on', () => {
    const nowMs = parseInstant('2026-11-05T12:00:00Z') ?? NaN;
    const terms = sampleTerms({ budget: { dailyMicros: 1_000_000 } });
    const figures = figuresAt(nowMs, terms.timezone, []);
    const under = (micros: number): AdvertiserFigures => ({
      ...{ advertiserId: 'adv1', currency: 'USD', budget: { dailyMicros: 900_000 } },
      ...{ today: total(micros, 0), lifetime: total(micros, 0), campaigns: 2, leftOut: 0 },
    });
    const facts = (micros: number) =>
      factsOf({ terms, status: 'active', figures, advertiser: under(micros), nowMs }, FACT_NAMES);
    const [first, second] = [facts(100_000), facts(850_000)];
    const moved = FACT_NAMES.filter((name) => JSON.stringify(first[name]) !== JSON.stringify(second[name]));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.filter((name) => (changesOf(name) & CHANGE.caps) === 0)).toEqual([]);
  });
});
