import { hash } from 'node:crypto';
import { AD_EVENT_TYPES, formatInstant, parseInstant } from '@flightdeck/domain';
import { invalidAdEvent, type WireAdEvent } from '@flightdeck/contracts';
import type { ParsedRequest, Refusal } from '../parse/parsed-request.js';
import { isPlainObject } from '../parse/plain-object.js';
import { BatchOutput } from './batch-output.js';
import { book, type CampaignSlot } from './booking.js';
import { canonicalPayload } from './canonical-json.js';
import type { Identity } from './identity.js';
import { currencyOf, judge } from './judge.js';
import { PartitionPacker } from './packer.js';
import { refusedBytes } from './refused-bytes.js';
import type { Prepared, PrepareOptions } from './prepared.js';
import { TIME_WINDOWS, type CampaignLookup, type RequestContext, type TimeWindows } from './settings.js';

/** Campaigns remembered between requests. */
const SLOTS_MAX = 131_072;
const HASH_HEX_DIGITS = 16;
/** 256 bits as base64url. */
const PSEUDONYM = /^[A-Za-z0-9_-]{43}$/;
const CAMPAIGN_ID_LENGTH_MAX = 128;
const TYPE_NUMBER: Readonly<Record<string, number>> = Object.fromEntries(
  AD_EVENT_TYPES.map((type, number) => [type, number]),
);

/**
 * Makes stored events of parsed records: validate, check time and currency, replace the user by a pseudonym, enrich, serialise.
 * A function of its arguments and of the campaigns at the time; what it keeps between requests is scratch memory and caches.
 */
export class Preparer {
  private readonly packers: readonly PartitionPacker[];
  private readonly slots = new Map<string, CampaignSlot>();

  constructor(
    private readonly identity: Identity,
    private readonly campaigns: CampaignLookup,
    private readonly windows: TimeWindows = TIME_WINDOWS,
  ) {
    this.packers = Array.from(
      { length: identity.partitions },
      (_, partition) => new PartitionPacker(partition, identity.writeStoredId.bind(identity)),
    );
  }

  /** Prepares all records of a request or, when it throws, none: what was packed by then is forgotten. */
  prepare(request: ParsedRequest, context: RequestContext, options: PrepareOptions = {}): Prepared {
    this.identity.lookAtKeys();
    const batch = new BatchOutput(request, context, options);
    try {
      this.prepareAll(request, batch);
      return {
        records: request.values.length,
        packs: this.packers.filter((packer) => packer.count > 0).map((packer) => packer.take()),
        refused: batch.refused,
        refusedOrdinals: batch.refusedOrdinals,
        ...(batch.eventIds === undefined ? {} : { eventIds: batch.eventIds }),
      };
    } finally {
      for (const packer of this.packers) packer.clear();
    }
  }

  private prepareAll(request: ParsedRequest, batch: BatchOutput): void {
    const { values, refusals } = request;
    const pseudonymOf = (userId: string): string => this.pseudonymOf(userId, batch.context);
    for (let ordinal = 0; ordinal < values.length; ordinal++) {
      const refusal = refusals.get(ordinal) ?? this.prepareOne(values[ordinal], ordinal, batch);
      if (refusal === undefined) continue;
      const bytes = refusedBytes(request, ordinal, pseudonymOf);
      batch.refuse(ordinal, refusal, this.partitionOfRefused(values[ordinal]), bytes);
    }
  }

  private prepareOne(value: unknown, ordinal: number, batch: BatchOutput): Refusal | undefined {
    const invalid = invalidAdEvent(value);
    if (invalid !== undefined) return { reason: 'schema', detail: invalid };
    const event = value as WireAdEvent;
    const occurredAtMs = parseInstant(event.occurredAt);
    if (occurredAtMs === undefined) return { reason: 'schema', detail: '/occurredAt is not an instant.' };
    const slot = this.slotOf(event.campaignId);
    const refusal = judge(event, occurredAtMs, slot.campaign, batch.context, this.windows);
    if (refusal !== undefined) return refusal;

    const { userId } = event;
    const eventId = event.eventId ?? this.identity.derivedEventId(batch.positionOf(ordinal));
    const payload = canonicalPayload(event, {
      eventId,
      occurredAt: utcMilliseconds(event.occurredAt, occurredAtMs),
      userId: userId === undefined ? undefined : this.pseudonymOf(userId, batch.context),
    });
    const payloadHash = hash('sha1', payload, 'hex').slice(0, HASH_HEX_DIGITS);
    const profile = userId === undefined ? undefined : batch.profiles?.get(userId);
    const tail = book(slot, occurredAtMs, currencyOf(event), profile, batch.context, this.windows);
    this.packers[slot.partition]?.add({
      eventId,
      ordinal,
      type: TYPE_NUMBER[event.type] ?? 0,
      data: payload + tail,
      metadata: batch.metadata(ordinal, payloadHash),
      payloadHash,
    });
    batch.noteEventId(ordinal, eventId);
    return undefined;
  }

  private pseudonymOf(userId: string, context: RequestContext): string {
    return context.pseudonymised === true && PSEUDONYM.test(userId)
      ? userId
      : this.identity.pseudonymOf(userId);
  }

  private slotOf(campaignId: string): CampaignSlot {
    const campaign = this.campaigns(campaignId);
    const known = this.slots.get(campaignId);
    if (known !== undefined && known.campaign === campaign) return known;
    if (this.slots.size >= SLOTS_MAX) this.slots.clear();
    const partition = known?.partition ?? this.identity.partitionOf(campaignId);
    const slot = { campaign, partition, day: undefined, currency: undefined, tail: '' };
    this.slots.set(campaignId, slot);
    return slot;
  }

  /** Beside its campaign's events when it names a campaign, else in the first partition. */
  private partitionOfRefused(value: unknown): number {
    const campaignId = isPlainObject(value) ? value['campaignId'] : undefined;
    const named =
      typeof campaignId === 'string' && campaignId !== '' && campaignId.length <= CAMPAIGN_ID_LENGTH_MAX;
    return named ? this.identity.partitionOf(campaignId) : 0;
  }
}

const CANONICAL_LENGTH = 24;
const ZULU = 90;
const T = 84;

/** RFC 3339 in UTC with milliseconds; a text that already is comes back unchanged. */
function utcMilliseconds(text: string, ms: number): string {
  const canonical =
    text.length === CANONICAL_LENGTH && text.charCodeAt(23) === ZULU && text.charCodeAt(10) === T;
  return canonical ? text : formatInstant(ms);
}
