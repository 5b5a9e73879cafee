import { type AdFact, NO_LINK } from '../ad-fact/ad-fact.js';
import type { ReadModelStore, RowWrite } from '../read-model-store.js';
import { ImpressionMemory } from './impression-memory.js';
import { LinkIndex } from './link-index.js';
import type { Link } from '../ad-fact/link.js';
import { type WaitingConversion, WaitingConversions } from './waiting-conversions.js';

/** How long after a click, or a view, a conversion is credited to it (domain.md §4). */
export const CLICK_WINDOW_MS = 7 * 86_400_000;
export const VIEW_WINDOW_MS = 86_400_000;
/** How long links are kept by arrival: the longest window, and the longest that a conversion may be late. */
const LINKS_KEPT_MS = 15 * 86_400_000;
const ATTRIBUTION_TABLE = 'attribution@1';
const VIEW = 0;
const CLICK = 1;

/** What an event changed about who is credited for what. */
export interface AttributionChange {
  /** Touches whose impression is known since this event. */
  clicksJoined: number;
  viewsJoined: number;
  /** Change of the conversions credited to clicks, and to views. */
  byClick: number;
  byView: number;
  /** The event is a conversion and is credited at once. */
  attributed: boolean;
  /** Earlier conversions that are credited only since this event. */
  readonly credited: WaitingConversion[];
}

/**
 * The join of impressions, views, clicks and conversions of a campaign: funnel and last-touch attribution. A click beats a
 * view; conversions of one order count once; either side may come first. Which touch is the last does not change any figure,
 * so what counts is only whether a click (else a view) within its window exists, and the order of arrival is of no
 * consequence. Invalid traffic neither causes nor is a conversion.
 */
export class Attribution {
  /** Revision up to which each partition is folded in; written after everything else of the fold. */
  private readonly seen: number[] = [];
  private readonly isSeenDirty: boolean[] = [];
  private latestReceivedAtMs = -Infinity;
  private readonly touches = new LinkIndex('attribution-touches@1');
  private readonly orders = new LinkIndex('attribution-orders@1');
  private readonly impressions = new ImpressionMemory('attribution-impressions@1');
  private readonly waiting = new WaitingConversions('attribution-waiting@1');
  private readonly change: AttributionChange = {
    clicksJoined: 0,
    viewsJoined: 0,
    byClick: 0,
    byView: 0,
    attributed: false,
    credited: [],
  };

  /** Announces an event, so that {@link fetch} finds what {@link fold} will need; answers conversions it may credit. */
  announce(fact: AdFact): readonly WaitingConversion[] {
    if (fact.type === 'impression' || this.isSeen(fact) || fact.ivt !== undefined) return NONE;
    if (fact.type === 'conversion') {
      this.orders.want(fact.order, -Infinity, Infinity);
      for (const link of linksOf(fact))
        this.touches.want(link, fact.occurredAtMs - CLICK_WINDOW_MS, fact.occurredAtMs);
      return NONE;
    }
    if (this.waiting.isEmpty || (fact.type !== 'click' && fact.type !== 'view')) return NONE;
    return this.waitingFor(fact);
  }

  async fetch(store: ReadModelStore): Promise<void> {
    await this.touches.fetch(store);
    await this.orders.fetch(store);
  }

  /** Folds one event in, unless it has been; the answer is valid until the next call. */
  fold(fact: AdFact): Readonly<AttributionChange> {
    const { change } = this;
    change.clicksJoined = 0;
    change.viewsJoined = 0;
    change.byClick = 0;
    change.byView = 0;
    change.attributed = false;
    change.credited.length = 0;
    if (this.isSeen(fact)) return change;
    this.seen[fact.partition] = fact.revision;
    this.isSeenDirty[fact.partition] = true;
    if (fact.receivedAtMs > this.latestReceivedAtMs) this.latestReceivedAtMs = fact.receivedAtMs;
    if (fact.ivt !== undefined) return change;
    if (fact.type === 'impression') this.foldImpression(fact);
    else if (fact.type === 'view' || fact.type === 'click') this.foldTouch(fact, fact.type);
    else if (fact.type === 'conversion') this.foldConversion(fact);
    return change;
  }

  /** The rows that make everything folded so far durable, in the order in which they may be written. */
  takeWrites(): RowWrite[] {
    const dropBeforeMs = this.latestReceivedAtMs - LINKS_KEPT_MS;
    const writes = [
      ...this.impressions.takeWrites(),
      ...this.touches.takeWrites(dropBeforeMs),
      ...this.orders.takeWrites(dropBeforeMs),
      ...this.waiting.takeWrites(),
    ];
    this.seen.forEach((revision, partition) => {
      if (this.isSeenDirty[partition] !== true) return;
      this.isSeenDirty[partition] = false;
      writes.push({ table: ATTRIBUTION_TABLE, key: String(partition), partition, revision, value: NOTHING });
    });
    return writes;
  }

  /** Forgets everything and reads back what was made durable. */
  async load(store: ReadModelStore): Promise<void> {
    this.seen.length = 0;
    this.isSeenDirty.length = 0;
    for (const { partition, revision } of await store.range(ATTRIBUTION_TABLE, {
      from: '',
      to: '~',
      max: PARTITIONS_MAX,
    })) {
      this.seen[partition] = revision;
    }
    await this.impressions.load(store);
    await this.touches.load(store);
    await this.orders.load(store);
    await this.waiting.load(store);
  }

  /** Nearly always none, which costs nothing. */
  private waitingFor({ click, impression, user }: AdFact): readonly WaitingConversion[] {
    const byClick = this.waiting.find(click);
    const byImpression = this.waiting.find(impression);
    const byUser = this.waiting.find(user);
    if (byClick.length + byImpression.length + byUser.length === 0) return NONE;
    return [...byClick, ...byImpression, ...byUser];
  }

  private isSeen(fact: AdFact): boolean {
    return fact.revision <= (this.seen[fact.partition] ?? -1);
  }

  private foldImpression({ partition, impression, revision }: AdFact): void {
    if (impression === NO_LINK) return;
    const { clicks, views } = this.impressions.impression(partition, impression, revision);
    this.change.clicksJoined = clicks;
    this.change.viewsJoined = views;
  }

  private foldTouch(fact: AdFact, type: 'click' | 'view'): void {
    const { partition, impression, revision, occurredAtMs, receivedAtMs } = fact;
    if (impression !== NO_LINK && this.impressions.touch(partition, type, impression, revision)) {
      if (type === 'click') this.change.clicksJoined = 1;
      else this.change.viewsJoined = 1;
    }
    for (const link of linksOf(fact)) {
      this.touches.add(
        partition,
        link,
        occurredAtMs,
        type === 'click' ? CLICK : VIEW,
        revision,
        receivedAtMs,
      );
      for (const conversion of this.waiting.find(link)) this.claim(conversion, fact, type);
    }
  }

  /** A conversion that came before its touch: credited now, or moved from the view to the click. */
  private claim(conversion: WaitingConversion, touch: AdFact, type: 'click' | 'view'): void {
    const ageMs = conversion.occurredAtMs - touch.occurredAtMs;
    if (ageMs < 0 || ageMs > (type === 'click' ? CLICK_WINDOW_MS : VIEW_WINDOW_MS)) return;
    if (type === 'view' && conversion.by === 'view') return;
    if (conversion.by === null) this.change.credited.push(conversion);
    if (type === 'view') {
      this.change.byView += 1;
      this.waiting.claimedByView(conversion, touch.revision);
      return;
    }
    this.change.byClick += 1;
    if (conversion.by === 'view') this.change.byView -= 1;
    this.waiting.remove(conversion, touch.revision);
  }

  private foldConversion(fact: AdFact): void {
    const { partition, campaignId, revision, occurredAtMs, receivedAtMs, day, valueMicros } = fact;
    if (this.orders.find(fact.order, -Infinity, Infinity, revision, () => true)) return;
    this.orders.add(partition, fact.order, occurredAtMs, CLICK, revision, receivedAtMs);
    const links = linksOf(fact);
    if (links.length === 0) return;
    if (links.some((link) => this.hasTouch(link, fact, CLICK, CLICK_WINDOW_MS))) {
      this.change.byClick = 1;
      this.change.attributed = true;
      return;
    }
    const viewed = links.some((link) => this.hasTouch(link, fact, VIEW, VIEW_WINDOW_MS));
    if (viewed) this.change.byView = 1;
    this.change.attributed = viewed;
    const by = viewed ? 'view' : null;
    this.waiting.add({
      partition,
      revision,
      campaignId,
      links,
      occurredAtMs,
      receivedAtMs,
      day,
      valueMicros,
      by,
    });
  }

  private hasTouch(link: Link, { occurredAtMs, revision }: AdFact, type: number, windowMs: number): boolean {
    return this.touches.find(
      link,
      occurredAtMs - windowMs,
      occurredAtMs,
      revision,
      (_, mark) => mark === type,
    );
  }
}

const NONE: readonly WaitingConversion[] = [];
const NOTHING = new Uint8Array();
/** Partitions of a ledger (contracts). */
const PARTITIONS_MAX = 65_536;

function linksOf({ click, impression, user }: AdFact): Link[] {
  const links: Link[] = [];
  if (click !== NO_LINK) links.push(click);
  if (impression !== NO_LINK) links.push(impression);
  if (user !== NO_LINK) links.push(user);
  return links;
}
