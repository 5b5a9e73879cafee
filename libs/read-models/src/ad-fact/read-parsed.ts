import { decodeJson } from '@flightdeck/contracts';
import { addCostInto, parseInstant, type RecordedAdEvent } from '@flightdeck/domain';
import { type AdFact, NO_LINK } from './ad-fact.js';
import { LINK_KIND, type LinkKind, linkOf } from './link.js';

/** Fills a fact whose place and type are known from any JSON of its event. @throws {SyntaxError | RangeError} */
export function readParsed(data: Uint8Array, fact: AdFact): void {
  const event = decodeJson<RecordedAdEvent>(data);
  const link = (kind: LinkKind, id: string | undefined): number =>
    id === undefined ? NO_LINK : linkOf(event.campaignId, kind, id);
  const occurredAtMs = parseInstant(event.occurredAt);
  if (occurredAtMs === undefined) throw new RangeError(`'${event.occurredAt}' is no instant.`);
  fact.campaignId = event.campaignId;
  fact.adGroup = event.adGroupId ?? '';
  fact.occurredAtMs = occurredAtMs;
  fact.day = event.enriched.day;
  fact.currency = event.enriched.currency;
  fact.unregistered = event.enriched.unregistered === true;
  fact.late = event.enriched.lateFor !== undefined;
  fact.ivt = event.ivt;
  fact.cost.micros = 0;
  fact.cost.nanos = 0;
  addCostInto(fact.cost, event);
  fact.impression = link(LINK_KIND.impression, event.impressionId);
  fact.user = event.type === 'impression' ? NO_LINK : link(LINK_KIND.user, event.userId);
  fact.click = NO_LINK;
  fact.order = NO_LINK;
  fact.valueMicros = 0;
  if (event.type === 'click') fact.click = link(LINK_KIND.click, event.clickId);
  if (event.type !== 'conversion') return;
  fact.click = link(LINK_KIND.click, event.clickId);
  const { orderId, conversionId } = event;
  fact.order =
    orderId === undefined ? link(LINK_KIND.conversion, conversionId) : link(LINK_KIND.order, orderId);
  fact.valueMicros = event.valueMicros ?? 0;
}
