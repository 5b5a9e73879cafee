import { addCostInto, type AdEvent } from '@flightdeck/domain';
import { type AdFact, NO_LINK } from './ad-fact.js';
import { CampaignNames, type CampaignName } from './campaign-names.js';
import { ascii, FIELD, JsonCursor, LastText } from './json-cursor.js';
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

const NO_PRICE = { model: '', micros: 0, currency: '' };

/** Where an id stands in the bytes; from 0: nowhere. */
interface Place {
  from: number;
  to: number;
}

/** Reads the fields that facts need straight from the bytes of an event, as ingestion writes them. */
export class FastReader {
  private readonly cursor = new JsonCursor();
  private readonly campaigns = new CampaignNames();
  private name: CampaignName | undefined;
  private readonly impression: Place = { from: 0, to: 0 };
  private readonly user: Place = { from: 0, to: 0 };
  private readonly click: Place = { from: 0, to: 0 };
  private readonly order: Place = { from: 0, to: 0 };
  private readonly conversion: Place = { from: 0, to: 0 };
  /** Money in the shapes that the domain reckons the cost of. */
  private readonly amount = { type: 'spend', amountMicros: 0 };
  private readonly sale = { type: 'click', price: NO_PRICE };
  private isPriced = false;
  private readonly dayText = new LastText();
  private readonly currencyText = new LastText();
  private readonly modelText = new LastText();
  /** The event from its price or enrichment on, once it is there; to be remembered if nothing else comes after that. */
  private end: Uint8Array | undefined;
  private isEndPriced = false;
  private isEndMixed = false;

  /** Fills a fact whose place and type are known; false, with the fact half filled, for JSON it does not understand. */
  read(data: Uint8Array, fact: AdFact): boolean {
    const { cursor } = this;
    this.reset(fact);
    if (!cursor.open(data)) return false;
    for (let field = cursor.field(); field !== FIELD.none; field = cursor.field()) {
      if (field === FIELD.string) {
        this.isEndMixed = this.end !== undefined;
        if (!this.text(data, fact)) return false;
      } else if (field === FIELD.unclear) return false;
      else if (this.isKnownEnd(fact)) return this.finish(data, fact);
      else if (!this.value(fact)) return false;
    }
    return cursor.isAtEnd() && this.finish(data, fact);
  }

  private reset(fact: AdFact): void {
    this.name = undefined;
    this.impression.from = 0;
    this.user.from = 0;
    this.click.from = 0;
    this.order.from = 0;
    this.conversion.from = 0;
    this.amount.amountMicros = 0;
    this.isPriced = false;
    this.end = undefined;
    this.isEndMixed = false;
    fact.occurredAtMs = NaN;
    fact.day = '';
    fact.currency = undefined;
    fact.unregistered = false;
    fact.late = false;
    fact.ivt = undefined;
    fact.valueMicros = 0;
  }

  /** Reads a string that facts need; false when it is not plain. */
  private text(data: Uint8Array, fact: AdFact): boolean {
    const { cursor } = this;
    switch (cursor.keyEnd - cursor.keyStart) {
      case KEY.ivt.length:
        return cursor.isKey(KEY.ivt) ? this.ivt(fact) : true;
      case KEY.userId.length:
        return fact.type !== 'impression' && cursor.isKey(KEY.userId) ? this.id(this.user) : true;
      case KEY.clickId.length:
        if (cursor.isKey(KEY.clickId)) return this.id(this.click);
        return cursor.isKey(KEY.orderId) ? this.id(this.order) : true;
      case KEY.occurredAt.length:
        if (cursor.isKey(KEY.campaignId)) {
          if (!cursor.isPlain) return false;
          this.name = this.campaigns.find(data, cursor.start, cursor.end);
        } else if (cursor.isKey(KEY.occurredAt)) fact.occurredAtMs = cursor.instant();
        return true;
      case KEY.impressionId.length:
        if (cursor.isKey(KEY.impressionId)) return this.id(this.impression);
        return cursor.isKey(KEY.conversionId) ? this.id(this.conversion) : true;
      default:
        return true;
    }
  }

  /** Reads a value that is no string, or passes over it. */
  private value(fact: AdFact): boolean {
    const { cursor } = this;
    switch (cursor.keyEnd - cursor.keyStart) {
      case KEY.price.length:
        return cursor.isKey(KEY.price) ? this.price() : cursor.skip();
      case KEY.enriched.length:
        return cursor.isKey(KEY.enriched) ? this.enriched(fact) : cursor.skip();
      case KEY.valueMicros.length:
        if (!cursor.isKey(KEY.valueMicros)) return cursor.skip();
        fact.valueMicros = cursor.integer();
        return !Number.isNaN(fact.valueMicros);
      case KEY.amountMicros.length:
        if (!cursor.isKey(KEY.amountMicros)) return cursor.skip();
        this.amount.amountMicros = cursor.integer();
        return !Number.isNaN(this.amount.amountMicros);
      default:
        return cursor.skip();
    }
  }

  private id(place: Place): boolean {
    const { cursor } = this;
    place.from = cursor.start;
    place.to = cursor.end;
    return cursor.isPlain;
  }

  /**
   * Events of a campaign mostly end alike, with the same price, day and currency: where the bytes from `price` or `enriched` on
   * are those of an earlier event of the type, so is what they say.
   */
  private isKnownEnd(fact: AdFact): boolean {
    const { cursor, name } = this;
    if (this.end !== undefined) this.isEndMixed ||= !cursor.isKey(KEY.enriched);
    if (name === undefined || this.end !== undefined) return false;
    const isPriced = cursor.isKey(KEY.price);
    if (!isPriced && !cursor.isKey(KEY.enriched)) return false;
    const known = name.ends[fact.type];
    if (known?.isPriced !== isPriced || !cursor.endsWith(known.bytes)) {
      this.end = cursor.rest();
      this.isEndPriced = isPriced;
      return false;
    }
    fact.day = known.day;
    fact.currency = known.currency;
    fact.unregistered = known.unregistered;
    fact.late = known.late;
    this.isPriced = isPriced;
    this.sale.price = known.price;
    return true;
  }

  private rememberEnd(name: CampaignName, fact: AdFact): void {
    if (this.end === undefined || this.isEndMixed) return;
    const { day, currency, unregistered, late } = fact;
    name.ends[fact.type] = {
      ...{ bytes: this.end, isPriced: this.isEndPriced, price: { ...this.sale.price } },
      ...{ day, currency, unregistered, late },
    };
  }

  private ivt(fact: AdFact): boolean {
    fact.ivt = this.cursor.is(GIVT) ? 'givt' : 'sivt';
    return this.cursor.isPlain;
  }

  private price(): boolean {
    const { cursor } = this;
    const price = { ...NO_PRICE };
    if (!cursor.enter()) return false;
    this.isPriced = true;
    this.sale.price = price;
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
    const { name } = this;
    if (name === undefined || fact.day === '' || Number.isNaN(fact.occurredAtMs)) return false;
    this.rememberEnd(name, fact);
    const { campaignId, seed } = name;
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
