import type { AdEventType, TotalAccumulator } from '@flightdeck/domain';
import type { Link } from './link.js';

/** What the projections read of one recorded ad event, flat and mutable: one object is filled again for each event. */
export interface AdFact {
  partition: number;
  revision: number;
  type: AdEventType;
  campaignId: string;
  /** Empty where the event names none. */
  adGroup: string;
  occurredAtMs: number;
  day: string;
  currency: string | undefined;
  unregistered: boolean;
  late: boolean;
  ivt: 'givt' | 'sivt' | undefined;
  readonly cost: TotalAccumulator;
  /** What ties the event to others of its campaign; {@link NO_LINK} where it names nothing. */
  impression: Link;
  click: Link;
  /** Not read of impressions: nothing is joined to one by its user. */
  user: Link;
  /** What makes two conversions one: the order, else the conversion itself. */
  order: Link;
  valueMicros: number;
  source: string;
  receivedAtMs: number;
}

/** The link of an event that names nothing to be linked by. */
export const NO_LINK: Link = 0;

/** A fact to be filled. */
export function emptyFact(): AdFact {
  return {
    partition: 0,
    revision: 0,
    type: 'impression',
    campaignId: '',
    adGroup: '',
    occurredAtMs: 0,
    day: '',
    currency: undefined,
    unregistered: false,
    late: false,
    ivt: undefined,
    cost: { micros: 0, nanos: 0 },
    impression: NO_LINK,
    click: NO_LINK,
    user: NO_LINK,
    order: NO_LINK,
    valueMicros: 0,
    source: '',
    receivedAtMs: 0,
  };
}
