import { addCostInto, type AdEvent } from '@flightdeck/domain';
import { type AdFact, NO_LINK } from './ad-fact.js';
import { CampaignNames } from './campaign-names.js';
import { ascii, JsonCursor, LastText } from './json-cursor.js';
import { type Link, LINK_KIND, type LinkKind, linkOfBytes } from './link.js';

const KEY = {
  ivt: ascii('ivt'),
  day: ascii('day'),
  price: ascii('price'),
  model: ascii('model'),
  micros: ascii('micros'),
  userId: ascii('userId'),
  orderId: ascii('orderId'),
  clickId: ascii('clickId'),
  lateFor: ascii('lateFor'),
  enriched: ascii('enriched'),
  currency: ascii('currency'),
  occurredAt: ascii('occurredAt'),
  campaignId: ascii('campaignId'),
  valueMicros: ascii('valueMicros'),
  impressionId: ascii('impressionId'),
  conversionId: ascii('conversionId'),
  amountMicros: ascii('amountMicros'),
  unregistered: ascii('unregistered'),
} as const;
const GIVT = ascii('givt');

/** Where an id stands in the bytes; from 0: nowhere. */
interface Place {
  from: number;
  to: number;
}

/** Reads the fields that facts need straight from the bytes of an event, as ingestion writes them. */
export class FastReader {
  private readonly cursor = new JsonCursor();
  private readonly campaigns = new CampaignNames();
  private readonly campaign: Place = { from: 0, to: 0 };
  private readonly impression: Place = { from: 0, to: 0 };
  private readonly user: Place = { from: 0, to: 0 };
  private readonly click: Place = { from: 0, to: 0 };
  private readonly order: Place = { from: 0, to: 0 };
  private readonly conversion: Place = { from: 0, to: 0 };
  /** Money in the shapes that the domain reckons the cost of. */
  private readonly amount = { type: 'spend', amountMicros: 0 };
  private readonly sale = { type: 'click', price: { model: '', micros: 0, currency: '' } };
  private isPriced = false;
  private readonly dayText = new LastText();
  private readonly currencyText = new LastText();
  private readonly modelText = new LastText();

  /** Fills a fact whose place and type are known; false, with the fact half filled, for JSON it does not understand. */
  read(data: Uint8Array, fact: AdFact): boolean {
    const { cursor } = this;
    this.reset(fact);
    if (!cursor.open(data)) return false;
    for (let more = cursor.key(); more !== 0; more = cursor.key()) {
      if (more < 0 || !this.field(fact)) return false;
    }
    return cursor.isAtEnd() && this.finish(data, fact);
  }

  private reset(fact: AdFact): void {
    this.campaign.from = 0;
    this.impression.from = 0;
    this.user.from = 0;
    this.click.from = 0;
    this.order.from = 0;
    this.conversion.from = 0;
    this.amount.amountMicros = 0;
    this.isPriced = false;
    fact.occurredAtMs = NaN;
    fact.day = '';
    fact.currency = undefined;
    fact.unregistered = false;
    fact.late = false;
    fact.ivt = undefined;
    fact.valueMicros = 0;
  }

  /** Reads the value of the key at hand, or passes over it. */
  private field(fact: AdFact): boolean {
    const { cursor } = this;
    switch (cursor.end - cursor.start) {
      case KEY.ivt.length:
        return cursor.is(KEY.ivt) ? this.ivt(fact) : cursor.skip();
      case KEY.price.length:
        return cursor.is(KEY.price) ? this.price() : cursor.skip();
      case KEY.userId.length:
        return fact.type !== 'impression' && cursor.is(KEY.userId) ? this.id(this.user) : cursor.skip();
      case KEY.clickId.length:
        if (cursor.is(KEY.clickId)) return this.id(this.click);
        return cursor.is(KEY.orderId) ? this.id(this.order) : cursor.skip();
      case KEY.enriched.length:
        return cursor.is(KEY.enriched) ? this.enriched(fact) : cursor.skip();
      case KEY.occurredAt.length:
        if (cursor.is(KEY.campaignId)) return this.id(this.campaign);
        if (!cursor.is(KEY.occurredAt)) return cursor.skip();
        if (!cursor.string()) return false;
        fact.occurredAtMs = cursor.instant();
        return true;
      case KEY.valueMicros.length:
        if (!cursor.is(KEY.valueMicros)) return cursor.skip();
        fact.valueMicros = cursor.integer();
        return !Number.isNaN(fact.valueMicros);
      case KEY.impressionId.length:
        if (cursor.is(KEY.impressionId)) return this.id(this.impression);
        if (cursor.is(KEY.conversionId)) return this.id(this.conversion);
        if (!cursor.is(KEY.amountMicros)) return cursor.skip();
        this.amount.amountMicros = cursor.integer();
        return !Number.isNaN(this.amount.amountMicros);
      default:
        return cursor.skip();
    }
  }

  private id(place: Place): boolean {
    if (!this.cursor.string()) return false;
    place.from = this.cursor.start;
    place.to = this.cursor.end;
    return true;
  }

  private ivt(fact: AdFact): boolean {
    if (!this.cursor.string()) return false;
    fact.ivt = this.cursor.is(GIVT) ? 'givt' : 'sivt';
    return true;
  }

  private price(): boolean {
    const { cursor } = this;
    const { price } = this.sale;
    if (!cursor.enter()) return false;
    this.isPriced = true;
    for (let more = cursor.key(); more !== 0; more = cursor.key()) {
      if (more < 0) return false;
      if (cursor.is(KEY.model)) {
        if (!cursor.string()) return false;
        price.model = this.modelText.of(cursor);
      } else if (cursor.is(KEY.micros)) {
        price.micros = cursor.integer();
        if (Number.isNaN(price.micros)) return false;
      } else if (!cursor.skip()) return false;
    }
    return true;
  }

  private enriched(fact: AdFact): boolean {
    const { cursor } = this;
    if (!cursor.enter()) return false;
    for (let more = cursor.key(); more !== 0; more = cursor.key()) {
      if (more < 0) return false;
      if (cursor.is(KEY.day)) {
        if (!cursor.string()) return false;
        fact.day = this.dayText.of(cursor);
      } else if (cursor.is(KEY.currency)) {
        if (!cursor.string()) return false;
        fact.currency = this.currencyText.of(cursor);
      } else {
        if (cursor.is(KEY.unregistered))
          fact.unregistered = true; // stored only when it is true
        else if (cursor.is(KEY.lateFor)) fact.late = true;
        if (!cursor.skip()) return false;
      }
    }
    return true;
  }

  private finish(data: Uint8Array, fact: AdFact): boolean {
    if (this.campaign.from === 0 || fact.day === '' || Number.isNaN(fact.occurredAtMs)) return false;
    const { campaignId, seed } = this.campaigns.find(data, this.campaign.from, this.campaign.to);
    fact.campaignId = campaignId;
    fact.impression = link(seed, LINK_KIND.impression, data, this.impression);
    fact.user = link(seed, LINK_KIND.user, data, this.user);
    fact.click = link(seed, LINK_KIND.click, data, this.click);
    fact.order = link(seed, LINK_KIND.order, data, this.order);
    if (fact.order === NO_LINK) fact.order = link(seed, LINK_KIND.conversion, data, this.conversion);
    fact.cost.micros = 0;
    fact.cost.nanos = 0;
    if (fact.type === 'spend' || fact.type === 'adjustment') addCostInto(fact.cost, this.amount as AdEvent);
    else if (this.isPriced) addCostInto(fact.cost, this.sale as AdEvent);
    return true;
  }
}

function link(seed: number, kind: LinkKind, data: Uint8Array, { from, to }: Place): Link {
  return from === 0 ? NO_LINK : linkOfBytes(seed, kind, data, from, to);
}
