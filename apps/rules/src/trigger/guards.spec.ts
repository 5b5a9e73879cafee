import { EMPTY_COUNTERS, QuietRules, type Guards } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { ActiveRule } from '../rule-book/active-rule.js';
import { brokenPromise } from '../testing/guard-oracle.js';
import { GuardWorld, type Happening, type WorldOptions } from '../testing/guard-world.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const SEED = 20261126;

const process = fc.constantFrom(0, 1);
const clock = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 45 }).map((minutes) => minutes * MINUTE_MS) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 30 }).map((hours) => hours * HOUR_MS) },
  { weight: 1, arbitrary: fc.integer({ min: -180, max: -1 }).map((minutes) => minutes * MINUTE_MS) },
);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('evaluate' as const), process }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('clock' as const), byMs: clock }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('figures' as const),
      spend: fc.constantFrom(0, 99, 100, 150, 300),
      impressions: fc.constantFrom(0, 49, 50, 5_000),
      fresh: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      status: fc.constantFrom('active' as const, 'active' as const, 'paused' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ kind: fc.constant('overtake' as const), process },
      status: fc.constantFrom('paused' as const, 'active' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const), process }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'race' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('revise' as const), threshold: fc.constantFrom(100, 101) }),
  },
);
const history = fc
  .tuple(
    fc.array(happening, { minLength: 10, maxLength: 50, size: 'max' }),
    fc.option(fc.constant<Happening>({ kind: 'answer-lost' }), { freq: 9 }),
    fc.option(fc.constant<Happening>({ kind: 'status', status: 'ended' }), { freq: 3 }),
  )
  .map(([all, lost, ended]) => {
    const half = all.length >> 1;
    const extra = (one: Happening | null): Happening[] => (one === null ? [] : [one]);
    return [...extra(lost), ...all.slice(0, half), ...extra(ended), ...all.slice(half)];
  });

const everyGuard: fc.Arbitrary<Guards> = fc.record(
  {
    fireOncePer: fc.constantFrom('day' as const, 'flight' as const, 'none' as const),
    cooldownMinutes: fc.constantFrom(1, 20, 300),
    maxPerDay: fc.constantFrom(1, 2),
    minSample: fc.constant(50),
    maxLagSeconds: fc.constant(600),
    rearmAfterMinutes: fc.constantFrom(0, 15),
    schedule: fc.record({
      days: fc.constant([7, 1, 2, 3]),
      fromHour: fc.constant(1),
      toHour: fc.constant(18),
    }),
    evenWhenNotServing: fc.constant(true),
  },
  { requiredKeys: [] },
);

/** At most three at once: with more of them a rule hardly ever fires. */
const guards: fc.Arbitrary<Guards> = fc
  .tuple(everyGuard, fc.integer({ min: 0, max: 3 }), fc.nat(7))
  .map(([all, count, from]) => {
    const entries = Object.entries(all);
    const turned = [...entries.slice(from % (entries.length + 1)), ...entries];
    return Object.fromEntries(turned.slice(0, count));
  });

/** Runs histories against guards as the processes see them, and holds the outcome against what the guards promise. */
const check = (
  numRuns: number,
  asked: fc.Arbitrary<Guards>,
  plant: (options: WorldOptions) => WorldOptions,
) =>
  fc.check(
    fc.asyncProperty(
      history,
      asked,
      fc.constantFrom('active' as const, 'shadow' as const),
      async (all, promised, mode) => {
        const world = new GuardWorld(plant({ guards: promised, mode }));
        for (const one of all) await world.happens(one);
        expect(brokenPromise(world, promised)).toBeUndefined();
      },
    ),
    { numRuns, seed: SEED, endOnFailure: true },
  );

const only = (one: Guards): fc.Arbitrary<Guards> => fc.constant(one);
const NEVER_TWICE: Guards = { fireOncePer: 'none' };

describe('the guards, whatever happens', () => {
  it('keep what they promise over events, restarts, races, lost answers and clocks that jump', async () => {
    const result = await check(1_000, guards, (options) => options);
    expect(fc.defaultReportMessage(result)).toBeUndefined();
  });

  it('are not kept by never firing', async () => {
    let fired = 0;
    await fc.assert(
      fc.asyncProperty(history, guards, async (all, promised) => {
        const world = new GuardWorld({ guards: promised, mode: 'active' });
        for (const one of all) await world.happens(one);
        fired += world.fired.length;
      }),
      { numRuns: 200, seed: SEED },
    );
    expect(fired).toBeGreaterThan(150);
  });

  it.each<[string, Guards, Guards]>([
    ['once a day', {}, { fireOncePer: 'none' }],
    ['once a flight', { fireOncePer: 'flight' }, { fireOncePer: 'day' }],
    ['the cooldown', { ...NEVER_TWICE, cooldownMinutes: 20 }, NEVER_TWICE],
    ['the daily maximum', { ...NEVER_TWICE, maxPerDay: 2 }, NEVER_TWICE],
    ['the least sample', { minSample: 50 }, {}],
    ['the age of facts', { maxLagSeconds: 600 }, {}],
    ['hysteresis', { ...NEVER_TWICE, rearmAfterMinutes: 15 }, NEVER_TWICE],
    ['the schedule', { schedule: { fromHour: 1, toHour: 18 } }, {}],
    ['whether it serves', {}, { evenWhenNotServing: true }],
  ])('are missed when one is taken away: %s', async (_, promised, left) => {
    const { failed } = await check(1_500, only(promised), (options) => ({ ...options, guards: left }));
    expect(failed).toBe(true);
  });

  it.each<[string, Pick<WorldOptions, 'ledger' | 'keepsStatus'>]>([
    ['processes that remember in memory alone', { ledger: forgetful }],
    ['appends that heed no other writer', { ledger: heedless }],
    ['a status that is not looked at again before a command', { keepsStatus: true }],
  ])('are missed when there is: %s', async (_, planted) => {
    const { failed } = await check(1_500, only({}), (options) => ({ ...options, ...planted }));
    expect(failed).toBe(true);
  });
});

/** Whether what is decided is the same with a memory of rules that did not hold as with none. */
const isSameWith = (remembering: () => QuietRules<ActiveRule>) =>
  fc.check(
    fc.asyncProperty(
      history,
      guards,
      fc.constantFrom('active' as const, 'shadow' as const),
      async (all, promised, mode) => {
        const options = { guards: promised, mode };
        const worlds = [remembering, () => new QuietRules<ActiveRule>(0)].map(
          (quiet) => new GuardWorld({ ...options, quiet }),
        );
        for (const one of all) for (const world of worlds) await world.happens(one);
        expect(worlds[0]?.fired).toEqual(worlds[1]?.fired);
      },
    ),
    { numRuns: 1_000, seed: SEED, endOnFailure: true },
  );

describe('rules whose facts have not changed', () => {
  it('are passed over, and nothing else is decided than if they were looked at', async () => {
    expect(fc.defaultReportMessage(await isSameWith(() => new QuietRules()))).toBeUndefined();
  });

  it('would not be passed over rightly if nothing that is counted woke them (planted)', async () => {
    expect((await isSameWith(() => new DeafRules())).failed).toBe(true);
  });
});

/** Hears of time, and of nothing that is counted. */
class DeafRules extends QuietRules<ActiveRule> {
  override at(...asked: Parameters<QuietRules<ActiveRule>['at']>): ReturnType<QuietRules<ActiveRule>['at']> {
    const quiet = super.at(...asked);
    const count = quiet.count.bind(quiet);
    quiet.count = () => count(EMPTY_COUNTERS, false);
    return quiet;
  }
}

/** Writes to the ledger and reads nothing from it. */
function forgetful(store: EventStore): EventStore {
  return { ...heedless(store), read: async function* () {} };
}

/** Appends wherever the stream has come to, whatever the writer had read, under an id of its own. */
function heedless(store: EventStore): EventStore {
  let written = 0;
  return {
    ...rest(store),
    append: async (stream, events) => {
      let head = -1;
      for await (const { revision } of store.read(stream, 'start', { direction: 'forwards', max: 1_000 }))
        head = revision;
      const anew = events.map((event) => ({ ...event, id: `${event.id} ${(written += 1)}` }));
      return store.append(stream, anew, head < 0 ? 'no-stream' : head);
    },
  };
}

function rest(store: EventStore): EventStore {
  return {
    append: (...asked) => store.append(...asked),
    read: (...asked) => store.read(...asked),
    follow: (...asked) => store.follow(...asked),
    close: () => store.close(),
  };
}
