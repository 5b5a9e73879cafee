import { AD_EVENT_TYPES } from '@flightdeck/domain';
import { campaignSeed } from './link.js';
import { copyOf, Literal, textOf } from './literal.js';

/** How stored events of a campaign and type end, from their price or else their enrichment on, and what that says. */
export interface KnownEnd extends SaidAtEnd {
  readonly bytes: Literal;
}

/** What the end of an event says. */
export interface SaidAtEnd {
  readonly isPriced: boolean;
  readonly price: { readonly model: string; readonly micros: number; readonly currency: string };
  readonly day: string;
  readonly currency: string | undefined;
  readonly unregistered: boolean;
  readonly late: boolean;
}

/** A campaign's id as one text for all its events, so that maps find it fast, and where its links' hash begins. */
export interface CampaignName {
  readonly campaignId: string;
  readonly seed: number;
  /** Of its last events, by the number of their type. */
  readonly ends: (KnownEnd | undefined)[];
}

/** Names remembered; two that fall on one place take turns. */
const SLOTS = 2 ** 16;
/** Ends remembered, over all campaigns; then all are forgotten and learned anew. */
const ENDS_MAX = 4_096;

/** Turns the bytes of campaign ids into names without making a text for each event. */
export class CampaignNames {
  private readonly slots: (CampaignName | undefined)[] = Array.from({ length: SLOTS });
  /** By their text: many campaigns' events end alike. */
  private readonly ends = new Map<string, KnownEnd>();

  /** The name in bytes [from, to), which are ASCII. */
  find(view: DataView, from: number, to: number): CampaignName {
    const slot = hashOf(view, from, to) & (SLOTS - 1);
    const known = this.slots[slot];
    if (known !== undefined && isSame(known.campaignId, view, from, to)) return known;
    const campaignId = textOf(view, from, to);
    const name = {
      campaignId,
      seed: campaignSeed(campaignId),
      ends: AD_EVENT_TYPES.map(() => undefined),
    };
    this.slots[slot] = name;
    return name;
  }

  /** Remembers that events of a campaign and type end with bytes [from, to), which say `said`. */
  remember(
    name: CampaignName,
    type: number,
    view: DataView,
    from: number,
    to: number,
    said: SaidAtEnd,
  ): void {
    // What a price's end says, an enrichment's alike would not.
    const text = (said.isPriced ? 'price' : 'enriched') + textOf(view, from, to);
    let known = this.ends.get(text);
    if (known === undefined) {
      if (this.ends.size >= ENDS_MAX) this.ends.clear();
      known = { ...said, bytes: new Literal(copyOf(view, from, to)) };
      this.ends.set(text, known);
    }
    name.ends[type] = known;
  }
}

/** A hash of bytes [from, to) whose lower bits are as good as any (FNV-1a). */
export function hashOf(view: DataView, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ view.getUint8(i), 0x01000193);
  return hash ^ (hash >>> 16);
}

/** Whether bytes [from, to) are the text. */
export function isSame(name: string, view: DataView, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name.charCodeAt(i) !== view.getUint8(from + i)) return false;
  return true;
}
