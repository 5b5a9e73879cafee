import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AdEventType } from '@flightdeck/domain';
import { type AdFact, emptyFact, NO_LINK } from '../ad-fact/ad-fact.js';
import { LINK_KIND, type LinkKind, linkOf } from '../ad-fact/link.js';
import { lmdbReadModels } from '../adapters/lmdb.js';
import type { ReadModelStore } from '../read-model-store.js';
import { Attribution, CLICK_WINDOW_MS, VIEW_WINDOW_MS } from './attribution.js';

const NOON_MS = Date.parse('2026-11-22T12:00:00.000Z');
const MINUTE_MS = 60_000;

interface Told {
  readonly type: AdEventType;
  /** Minutes after noon. */
  readonly at?: number;
  readonly impression?: string;
  readonly click?: string;
  readonly user?: string;
  readonly order?: string;
  readonly campaign?: string;
  readonly ivt?: 'givt';
}

function factOf(told: Told, revision: number): AdFact {
  const { campaign = 'c1' } = told;
  const link = (kind: LinkKind, id?: string) => (id === undefined ? NO_LINK : linkOf(campaign, kind, id));
  const atMs = NOON_MS + (told.at ?? 0) * MINUTE_MS;
  return {
    ...emptyFact(),
    ...{
      type: told.type,
      campaignId: campaign,
      revision,
      occurredAtMs: atMs,
      receivedAtMs: NOON_MS,
      day: '2026-11-22',
    },
    impression: link(LINK_KIND.impression, told.impression),
    click: link(LINK_KIND.click, told.click),
    user: link(LINK_KIND.user, told.user),
    order: told.type === 'conversion' ? link(LINK_KIND.order, told.order ?? `order-${revision}`) : NO_LINK,
    valueMicros: 5,
    ivt: told.ivt,
  };
}

/** Clicks, views, conversions credited to clicks, to views, and in all, after a history. */
function tally(history: readonly Told[]) {
  const attribution = new Attribution();
  const sum = { clicksJoined: 0, viewsJoined: 0, byClick: 0, byView: 0, credited: 0 };
  history.forEach((told, revision) => {
    const change = attribution.fold(factOf(told, revision));
    sum.clicksJoined += change.clicksJoined;
    sum.viewsJoined += change.viewsJoined;
    sum.byClick += change.byClick;
    sum.byView += change.byView;
    sum.credited += change.credited.length + (change.attributed ? 1 : 0);
  });
  return sum;
}

const NOTHING = { clicksJoined: 0, viewsJoined: 0, byClick: 0, byView: 0, credited: 0 };
const BY_CLICK = { ...NOTHING, byClick: 1, credited: 1 };
const BY_VIEW = { ...NOTHING, byView: 1, credited: 1 };
const click: Told = { type: 'click', user: 'u1' };
const view: Told = { type: 'view', user: 'u1' };
const conversion: Told = { type: 'conversion', user: 'u1', at: 10 };
const CLICK_WINDOW = CLICK_WINDOW_MS / MINUTE_MS;
const VIEW_WINDOW = VIEW_WINDOW_MS / MINUTE_MS;

describe('attribution', () => {
  it.each<[string, readonly Told[], typeof NOTHING]>([
    ['a click before the conversion', [click, conversion], BY_CLICK],
    ['a view before the conversion', [view, conversion], BY_VIEW],
    ['a click over a view, whichever is later', [click, { ...view, at: 5 }, conversion], BY_CLICK],
    ['a click that arrives after its conversion', [conversion, click], BY_CLICK],
    ['a view that arrives after its conversion', [conversion, view], BY_VIEW],
    ['the click that arrives after the view had it', [view, conversion, click], BY_CLICK],
    ['the click that arrives after a late view had it', [conversion, view, view, click, click], BY_CLICK],
    [
      'nobody for a touch after the conversion',
      [{ ...click, at: 11 }, { ...view, at: 11 }, conversion],
      NOTHING,
    ],
    ['a click at the end of its window', [click, { ...conversion, at: CLICK_WINDOW }], BY_CLICK],
    ['nobody after the click window', [click, { ...conversion, at: CLICK_WINDOW + 1 }], NOTHING],
    ['a view at the end of its window', [{ ...conversion, at: VIEW_WINDOW }, view], BY_VIEW],
    ['nobody after the view window', [{ ...conversion, at: VIEW_WINDOW + 1 }, view], NOTHING],
    [
      'a link by the click id',
      [
        { type: 'click', click: 'k' },
        { type: 'conversion', click: 'k' },
      ],
      BY_CLICK,
    ],
    ['nobody in another campaign', [{ ...click, campaign: 'c2' }, conversion], NOTHING],
    ['nobody for invalid traffic', [{ ...click, ivt: 'givt' }, conversion], NOTHING],
    ['no invalid conversion', [click, { ...conversion, ivt: 'givt' }], NOTHING],
    [
      'one order once',
      [click, { ...conversion, order: 'o' }, { ...conversion, order: 'o', at: 20 }],
      BY_CLICK,
    ],
    [
      'an order once, though it waited',
      [{ ...conversion, order: 'o' }, { ...conversion, order: 'o' }, click],
      BY_CLICK,
    ],
    ['two orders twice', [click, conversion, conversion], { ...NOTHING, byClick: 2, credited: 2 }],
    [
      'two orders that waited twice',
      [conversion, conversion, click],
      { ...NOTHING, byClick: 2, credited: 2 },
    ],
  ])('credits %s', (_, history, expected) => {
    expect(tally(history)).toEqual(expected);
  });

  it.each<[string, readonly Told[], Partial<typeof NOTHING>]>([
    [
      'an impression before',
      [
        { type: 'impression', impression: 'i' },
        { type: 'click', impression: 'i' },
      ],
      { clicksJoined: 1 },
    ],
    [
      'an impression after',
      [
        { type: 'view', impression: 'i' },
        { type: 'impression', impression: 'i' },
      ],
      { viewsJoined: 1 },
    ],
    [
      'one impression told twice',
      [
        { type: 'click', impression: 'i' },
        { type: 'click', impression: 'i' },
        { type: 'impression', impression: 'i' },
        { type: 'impression', impression: 'i' },
      ],
      { clicksJoined: 2 },
    ],
    [
      'no other impression',
      [
        { type: 'impression', impression: 'j' },
        { type: 'click', impression: 'i' },
      ],
      {},
    ],
  ])('joins touches to %s', (_, history, expected) => {
    expect(tally(history)).toEqual({ ...NOTHING, ...expected });
  });

  it('folds what it has seen to nothing', () => {
    const attribution = new Attribution();
    attribution.fold(factOf(click, 0));
    expect(attribution.fold(factOf(conversion, 1)).attributed).toBe(true);
    expect(attribution.fold(factOf(conversion, 1)).attributed).toBe(false);
  });
});

describe('attribution over a store', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function open(): Promise<ReadModelStore> {
    const directory = await mkdtemp(join(tmpdir(), 'flightdeck-attribution-'));
    closers.push(() => rm(directory, { recursive: true, force: true }));
    const store = lmdbReadModels(directory);
    closers.push(() => store.close());
    return store;
  }

  it.each<[string, readonly Told[], Told, typeof NOTHING]>([
    ['touches', [click], conversion, BY_CLICK],
    ['waiting conversions', [conversion], click, BY_CLICK],
    ['what a view has claimed', [conversion, view], click, { ...NOTHING, byClick: 1, byView: -1 }],
    ['orders', [{ ...conversion, order: 'o' }, click], { ...conversion, order: 'o' }, NOTHING],
    [
      'impressions',
      [{ type: 'impression', impression: 'i' }],
      { type: 'view', impression: 'i' },
      { ...NOTHING, viewsJoined: 1 },
    ],
    [
      'touches that wait',
      [{ type: 'click', impression: 'i' }],
      { type: 'impression', impression: 'i' },
      { ...NOTHING, clicksJoined: 1 },
    ],
  ])('remembers %s after a restart', async (_, before, after, expected) => {
    const store = await open();
    const first = new Attribution();
    before.forEach((told, revision) => first.fold(factOf(told, revision)));
    await store.commit(await store.takeOver(), { rows: first.takeWrites(), checkpoints: {} });
    const second = new Attribution();
    await second.load(store);
    const fact = factOf(after, before.length);
    second.announce(fact);
    await second.fetch(store);
    const { credited, attributed, ...change } = second.fold(fact);
    expect({ ...change, credited: credited.length + (attributed ? 1 : 0) }).toEqual(expected);
  });
});
