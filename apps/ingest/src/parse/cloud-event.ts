import { createHash } from 'node:crypto';
import { AD_EVENT_TYPES } from '@flightdeck/domain';
import { isPlainObject } from './plain-object.js';
import type { ParsedRequest, Refusal } from './parsed-request.js';

const EVENT_ID_LENGTH_MAX = 128;
/** CloudEvents 1.0 §3.1: `id` and `source` are non-empty; a URI reference holds no white space (RFC 3986). */
const SOURCE = /^[^\s\p{C}]{1,2048}$/u;
const ID = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,2048}$/u;
const AD_EVENT_TYPE: ReadonlySet<string> = new Set(AD_EVENT_TYPES);

/** Turns parsed CloudEvents (1.0, structured mode) into the ad events that they carry. */
export function openCloudEvents(request: ParsedRequest): ParsedRequest {
  const refusals = new Map(request.refusals);
  const values = request.values.map((envelope, ordinal) => {
    if (refusals.has(ordinal)) return undefined;
    const opened = openCloudEvent(envelope);
    if ('event' in opened) return opened.event;
    refusals.set(ordinal, { reason: 'schema', detail: opened.detail });
    return undefined;
  });
  return { ...request, values, refusals, areEnvelopes: true };
}

type Opened = { readonly event: unknown } | Pick<Refusal, 'detail'>;

/**
 * The ad event in one CloudEvent. The envelope's `id` and `source` are the event's identity, whatever `data.eventId` says:
 * that is what makes two CloudEvents the same (CloudEvents 1.0 §3.1.1). `time` and the last word of `type` fill in for an
 * absent `occurredAt` and `type`.
 */
export function openCloudEvent(envelope: unknown): Opened {
  if (!isPlainObject(envelope)) return { detail: 'A CloudEvent is a JSON object.' };
  const { specversion, id, source, type, time, data, datacontenttype } = envelope;
  if (specversion !== '1.0') return { detail: '/specversion must be "1.0".' };
  if (typeof id !== 'string' || !ID.test(id)) return { detail: '/id must be a printable, non-empty string.' };
  if (typeof source !== 'string' || !SOURCE.test(source))
    return { detail: '/source must be a URI reference.' };
  if (typeof type !== 'string' || type === '') return { detail: '/type must be a non-empty string.' };
  if (datacontenttype !== undefined && !isJsonType(datacontenttype))
    return { detail: '/datacontenttype must be JSON.' };
  if (!isPlainObject(data)) return { detail: '/data must be the ad event, a JSON object.' };
  const event: Record<string, unknown> = { ...data, eventId: cloudEventId(source, id) };
  if (event['occurredAt'] === undefined) event['occurredAt'] = time;
  if (event['type'] === undefined) event['type'] = adEventType(type);
  return { event };
}

/** `source id` when that fits an event id, else a digest of it. Neither can be mistaken for another pair's. */
function cloudEventId(source: string, id: string): string {
  const readable = `${source} ${id}`;
  if (readable.length <= EVENT_ID_LENGTH_MAX) return readable;
  return `sha256:${createHash('sha256').update(readable).digest('hex')}`;
}

/** `com.example.ads.impression.v1` is an impression: the last of its words that names a type counts. */
function adEventType(cloudEventType: string): string {
  const words = cloudEventType.toLowerCase().split('.');
  return words.findLast((word) => AD_EVENT_TYPE.has(word)) ?? cloudEventType;
}

function isJsonType(contentType: unknown): boolean {
  if (typeof contentType !== 'string') return false;
  const mediaType = (contentType.toLowerCase().split(';')[0] ?? '').trim();
  return mediaType === 'application/json' || mediaType.endsWith('+json');
}
