import { describe, expect, it } from '@jest/globals';
import { AD_GROUPS_MAX, OTHER_AD_GROUPS, type AdGroupFigures } from '@flightdeck/domain';
import { Random } from '@flightdeck/testing';
import type { LedgerEvent } from '../ledger-batch.js';
import { memoryRows } from '../as-of/memory-rows.js';
import { projectedReadModels } from '../projected-read-models.js';
import { Projector } from '../projector.js';
import type { ReadModelStore } from '../read-model-store.js';
import { NOW_MS, recorded } from '../testing/stored.js';
import { AD_GROUP_DAYS_KEPT } from './ad-group-rows.js';
import { AD_GROUP_TABLE } from './row-keys.js';

const DAY = '2026-11-22';

function spend(
  adGroupId: string | undefined,
  micros: number,
  revision: number,
  more: object = {},
): LedgerEvent {
  const event = { type: 'spend' as const, adGroupId, amountMicros: micros, currency: 'USD', ...more };
  return recorded(event, revision);
}

/** Folds a history in random batches, with commits, restarts and crashes between, in a memory too small for it. */
async function folded(
  history: readonly LedgerEvent[],
  seed: number,
  store: ReadModelStore,
): Promise<Projector> {
  const random = new Random(seed);
  const options = { onFault: () => undefined, hotRowsMax: 20, commitRowsMax: 7 };
  let projector = await Projector.open(store, options);
  for (;;) {
    const from = Number(projector.checkpoint('ads') ?? 0);
    if (from >= history.length) return projector;
    const events = history.slice(from, from + random.between(1, 40));
    const end = from + events.length;
    await projector.foldAds({ events, checkpoint: String(end), caughtUp: end === history.length });
    if (random.chance(0.3)) await projector.flush();
    if (!random.chance(0.2)) continue;
    projector.abandon();
    projector = await Projector.open(store, options);
  }
}

async function adGroupsOf(projector: Projector, day = DAY): Promise<readonly AdGroupFigures[]> {
  const [figures] = await projectedReadModels(projector).figures(
    [{ campaignId: 'c1', day, adGroups: true }],
    NOW_MS,
  );
  return figures?.adGroups ?? [];
}

async function rowsIn(store: ReadModelStore): Promise<readonly string[]> {
  const rows = await store.range(AD_GROUP_TABLE, { from: '', to: '~', max: 10_000 });
  return rows.map(({ key, revision, value }) => `${key} ${revision} ${Buffer.from(value).toString('hex')}`);
}

interface SpendOf {
  readonly adGroupId: string;
  readonly amountMicros: number;
}

const total = (micros: number) => ({ micros, nanos: 0 });

describe('the spend of ad groups', () => {
  it('is told by day and altogether; what costs nothing is none', async () => {
    const history = [
      spend('a', 5, 0),
      spend('b', 7, 1, { day: '2026-11-21' }),
      spend(undefined, 11, 2),
      recorded({ type: 'click', adGroupId: 'c' } as never, 3),
      spend('a', 2, 4, { ivt: 'givt' }),
      spend('a', -1, 5, { type: 'adjustment' }),
    ];
    const projector = await folded(history, 1, memoryRows());
    expect(await adGroupsOf(projector)).toEqual([
      { adGroupId: 'a', today: total(4), lifetime: total(4), grossLifetime: total(7) },
      { adGroupId: 'b', today: total(0), lifetime: total(7), grossLifetime: total(7) },
    ]);
    projector.abandon();
  });

  it('names the first that spend, and sums the others up, the same however it is cut, restarted and crashed', async () => {
    const random = new Random(7);
    const groups = AD_GROUPS_MAX + 40;
    const history = Array.from({ length: 3 * groups }, (_, revision) =>
      spend(`g${random.between(1, groups)}`, random.between(1, 1_000), revision),
    );
    const named = new Map<string, number>();
    for (const { data } of history) {
      const { adGroupId, amountMicros } = JSON.parse(Buffer.from(data).toString()) as SpendOf;
      const key: string = named.has(adGroupId) || named.size < AD_GROUPS_MAX ? adGroupId : OTHER_AD_GROUPS;
      named.set(key, (named.get(key) ?? 0) + amountMicros);
    }
    const once = memoryRows();
    const whole = await folded(history, 0, once);
    await whole.close();
    const told = (await adGroupsOf(whole)).map(({ adGroupId, lifetime }) => [adGroupId, lifetime.micros]);
    expect(new Map(told as [string, number][])).toEqual(named);
    expect(named.has(OTHER_AD_GROUPS)).toBe(true);
    for (const seed of [1, 2, 3, 4]) {
      const store = memoryRows();
      const projector = await folded(history, seed, store);
      await projector.close();
      expect(await rowsIn(store)).toEqual(await rowsIn(once));
    }
  });

  it('is caught when rows are cut otherwise: one event folded twice is another row', async () => {
    const [first, ...others] = [spend('a', 5, 0), spend('b', 7, 1)];
    const stores = [memoryRows(), memoryRows()];
    const twice = [first, ...others, { ...first, revision: 2 }];
    for (const [i, history] of [[first, ...others], twice].entries())
      await (await folded(history, 1, stores[i] ?? memoryRows())).close();
    expect(await rowsIn(stores[1] ?? memoryRows())).not.toEqual(await rowsIn(stores[0] ?? memoryRows()));
  });

  it('keeps the newest days, and an older one counts in the lifetime alone', async () => {
    const day = (n: number): string => `2026-11-${10 + n}`;
    const days = [...Array.from({ length: AD_GROUP_DAYS_KEPT + 1 }, (_, n) => n), 0];
    const history = days.map((n, revision) => spend('a', 1, revision, { day: day(n) }));
    const projector = await folded(history, 1, memoryRows());
    const byDay = await Promise.all([0, 1, 4].map((n) => adGroupsOf(projector, day(n))));
    expect(byDay.map(([group]) => group?.today.micros)).toEqual([0, 1, 1]);
    expect(byDay[0]?.[0]?.lifetime.micros).toBe(days.length);
    projector.abandon();
  });
});
