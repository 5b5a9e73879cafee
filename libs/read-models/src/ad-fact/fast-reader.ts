import { AD_EVENT_TYPES, addCostInto, type AdEvent, type AdEventType } from '@flightdeck/domain';
import { type AdFact, NO_LINK } from './ad-fact.js';
import { CampaignNames, type CampaignName } from './campaign-names.js';
import { INSTANT_BYTES, Instants } from './instants.js';
import { FIELD, JsonCursor, LastText } from './json-cursor.js';
import { type Link, LINK_KIND, type LinkKind, linkOfBytes } from './link.js';
import { KnownTexts } from './known-texts.js';
import { type Literal, literal } from './literal.js';

/** What every key ends with. */
const KEY_END = '":';
const KEY = {
  ivt: literal(`ivt${KEY_END}`),
  day: literal(`day${KEY_END}`),
  price: literal(`price${KEY_END}`),
  model: literal(`model${KEY_END}`),
  micros: literal(`micros${KEY_END}`),
  userId: literal(`userId${KEY_END}`),
  orderId: literal(`orderId${KEY_END}`),
  clickId: literal(`clickId${KEY_END}`),
  lateFor: literal(`lateFor${KEY_END}`),
  adGroupId: literal(`adGroupId${KEY_END}`),
  enriched: literal(`enriched${KEY_END}`),
  currency: literal(`currency${KEY_END}`),
  occurredAt: literal(`occurredAt${KEY_END}`),
  campaignId: literal(`campaignId${KEY_END}`),
  valueMicros: literal(`valueMicros${KEY_END}`),
  impressionId: literal(`impressionId${KEY_END}`),
  conversionId: literal(`conversionId${KEY_END}`),
  amountMicros: literal(`amountMicros${KEY_END}`),
  unregistered: literal(`unregistered${KEY_END}`),
} as const;
const GIVT = literal('givt');
const EVENT_ID = literal('{"eventId":"');
const MIDDLES = AD_EVENT_TYPES.map((type) => literal(`","type":"${type}","occurredAt":"`));
const CAMPAIGN_ID = literal('","campaignId":"');

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
  private readonly instants = new Instants();
  /** The type of the event in hand, its place among the types, and what stands between the event's id and its instant. */
  private type: AdEventType | undefined;
  private typeNumber = 0;
  private middle: Literal | undefined;
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
  private readonly adGroups = new KnownTexts();
  private readonly dayText = new LastText();
  private readonly currencyText = new LastText();
  private readonly modelText = new LastText();
  /** Where the event's price, else its enrichment, begins; to be remembered if nothing else comes after that. From 0: not yet. */
  private endFrom = 0;
  private isEndPriced = false;
  private isEndMixed = false;

  /** Fills a fact whose place and type are known from bytes [from, to); false, with the fact half filled, for JSON it does not understand. */
  read(view: DataView, from: number, to: number, fact: AdFact): boolean {
    const { cursor } = this;
    this.reset(fact);
    if (fact.type !== this.type) this.expect(fact.type);
    if (!cursor.open(view, from, to)) return false;
    if (!this.head(from, fact)) cursor.open(view, from, to);
    for (let field = cursor.field(); field !== FIELD.none; field = cursor.field()) {
      if (field === FIELD.string) {
        this.isEndMixed = this.endFrom > 0;
        if (!this.text(fact)) return false;
      } else if (field === FIELD.unclear) return false;
      else if (this.isKnownEnd(fact)) return this.finish(fact);
      else if (!this.value(fact)) return false;
    }
    return cursor.isAtEnd() && this.finish(fact);
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
    this.endFrom = 0;
    this.isEndMixed = false;
    fact.occurredAtMs = NaN;
    fact.adGroup = '';
    fact.day = '';
    fact.currency = undefined;
    fact.unregistered = false;
    fact.late = false;
    fact.ivt = undefined;
    fact.valueMicros = 0;
  }

  /** Every event of ingestion begins with the same four keys: reads them at once, or says that these are not they. */
  private head(from: number, fact: AdFact): boolean {
    const { cursor, middle } = this;
    cursor.at = from;
    if (middle === undefined || !cursor.pass(EVENT_ID) || !cursor.restOfString() || !cursor.pass(middle))
      return false;
    fact.occurredAtMs = this.instants.read(cursor.view, cursor.at, cursor.to);
    cursor.at += INSTANT_BYTES;
    if (!cursor.pass(CAMPAIGN_ID) || !cursor.restOfString()) return false;
    cursor.at += 1;
    this.name = this.campaigns.find(cursor.view, cursor.start, cursor.end);
    return true;
  }

  private expect(type: AdEventType): void {
    this.type = type;
    this.typeNumber = AD_EVENT_TYPES.indexOf(type);
    this.middle = MIDDLES[this.typeNumber];
  }

  /** Reads a string that facts need; false when it is not plain. */
  private text(fact: AdFact): boolean {
    const { cursor } = this;
    switch (cursor.keyEnd - cursor.keyStart) {
      case 'ivt'.length:
        return cursor.isKey(KEY.ivt) ? this.ivt(fact) : true;
      case 'userId'.length:
        return fact.type !== 'impression' && cursor.isKey(KEY.userId) ? this.id(this.user) : true;
      case 'clickId'.length:
        if (cursor.isKey(KEY.clickId)) return this.id(this.click);
        return cursor.isKey(KEY.orderId) ? this.id(this.order) : true;
      case 'adGroupId'.length:
        if (!cursor.isKey(KEY.adGroupId)) return true;
        fact.adGroup = this.adGroups.of(cursor.view, cursor.start, cursor.end);
        return cursor.isPlain;
      case 'occurredAt'.length:
        if (cursor.isKey(KEY.campaignId)) {
          if (!cursor.isPlain) return false;
          this.name = this.campaigns.find(cursor.view, cursor.start, cursor.end);
        } else if (cursor.isKey(KEY.occurredAt)) {
          fact.occurredAtMs =
            cursor.end - cursor.start === INSTANT_BYTES
              ? this.instants.read(cursor.view, cursor.start, cursor.end)
              : NaN;
        }
        return true;
      case 'impressionId'.length:
        if (cursor.isKey(KEY.impressionId)) return this.id(this.impression);
        return cursor.isKey(KEY.conversionId) ? this.id(this.conversion) : true;
      default:
        return true;
    }
  }

  /** Reads a value that is no string, or passes over it. */
  private value(fact: AdFact): boolean {
    const { cursor } = this;
    if (cursor.isKey(KEY.price)) return this.price();
    if (cursor.isKey(KEY.enriched)) return this.enriched(fact);
    if (cursor.isKey(KEY.valueMicros)) {
      fact.valueMicros = cursor.integer();
      return !Number.isNaN(fact.valueMicros);
    }
    if (!cursor.isKey(KEY.amountMicros)) return cursor.skip();
    this.amount.amountMicros = cursor.integer();
    return !Number.isNaN(this.amount.amountMicros);
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
    if (this.endFrom > 0) this.isEndMixed ||= !cursor.isKey(KEY.enriched);
    if (name === undefined || this.endFrom > 0) return false;
    const isPriced = cursor.isKey(KEY.price);
    if (!isPriced && !cursor.isKey(KEY.enriched)) return false;
    const known = name.ends[this.typeNumber];
    if (known?.isPriced !== isPriced || !cursor.endsWith(known.bytes)) {
      this.endFrom = cursor.at;
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
    if (this.endFrom === 0 || this.isEndMixed) return;
    const { day, currency, unregistered, late } = fact;
    const { view, to } = this.cursor;
    const price = { ...this.sale.price };
    const said = { isPriced: this.isEndPriced, price, day, currency, unregistered, late };
    this.campaigns.remember(name, this.typeNumber, view, this.endFrom, to, said);
  }

  private ivt(fact: AdFact): boolean {
    const { cursor } = this;
    fact.ivt = GIVT.isAt(cursor.view, cursor.start, cursor.end) ? 'givt' : 'sivt';
    return cursor.isPlain;
  }

  private price(): boolean {
    const { cursor } = this;
    const price = { ...NO_PRICE };
    if (!cursor.enter()) return false;
    this.isPriced = true;
    this.sale.price = price;
    for (let more = cursor.key(); more !== 0; more = cursor.key()) {
      if (more < 0) return false;
      if (cursor.isKey(KEY.model)) {
        if (!cursor.string()) return false;
        price.model = this.modelText.of(cursor);
      } else if (cursor.isKey(KEY.micros)) {
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
      if (cursor.isKey(KEY.day)) {
        if (!cursor.string()) return false;
        fact.day = this.dayText.of(cursor);
      } else if (cursor.isKey(KEY.currency)) {
        if (!cursor.string()) return false;
        fact.currency = this.currencyText.of(cursor);
      } else {
        if (cursor.isKey(KEY.unregistered))
          fact.unregistered = true; // stored only when it is true
        else if (cursor.isKey(KEY.lateFor)) fact.late = true;
        if (!cursor.skip()) return false;
      }
    }
    return true;
  }

  private finish(fact: AdFact): boolean {
    const { name } = this;
    if (name === undefined || fact.day === '' || Number.isNaN(fact.occurredAtMs)) return false;
    this.rememberEnd(name, fact);
    const { view } = this.cursor;
    const { campaignId, seed } = name;
    fact.campaignId = campaignId;
    fact.impression = link(seed, LINK_KIND.impression, view, this.impression);
    fact.user = link(seed, LINK_KIND.user, view, this.user);
    fact.click = link(seed, LINK_KIND.click, view, this.click);
    fact.order = link(seed, LINK_KIND.order, view, this.order);
    if (fact.order === NO_LINK) fact.order = link(seed, LINK_KIND.conversion, view, this.conversion);
    fact.cost.micros = 0;
    fact.cost.nanos = 0;
    if (fact.type === 'spend' || fact.type === 'adjustment') addCostInto(fact.cost, this.amount as AdEvent);
    else if (this.isPriced) addCostInto(fact.cost, this.sale as AdEvent);
    return true;
  }
}

function link(seed: number, kind: LinkKind, view: DataView, { from, to }: Place): Link {
  return from === 0 ? NO_LINK : linkOfBytes(seed, kind, view, from, to);
}
