import { hash } from 'node:crypto';
import {
  encodeJson,
  QUARANTINED_BYTES_MAX,
  uuidv5Bytes,
  type RecordQuarantined,
  type RecordRedriven,
} from '@flightdeck/contracts';
import { NAMESPACE } from '../identity.js';
import type { PreparedEvents, RefusedRecord } from '../prepared-events.js';

/** Stored names of a quarantine stream's events, by type number. Append only. */
export const QUARANTINE_TYPES = ['RecordQuarantined', 'RecordRedriven'] as const;
const QUARANTINED = 0;
const REDRIVEN = 1;

const HASH_BYTES = 8;

interface Fact {
  readonly type: number;
  /** What makes it the same fact: of it the id and the payload hash are made, so a copy is always a duplicate. */
  readonly identity: Uint8Array;
  readonly data: RecordQuarantined | RecordRedriven;
  readonly source: string;
  readonly receivedAt: string;
}

/** Refused records as events of their partition's quarantine stream; the same bytes refused for the same reason are one event. */
export function prepareQuarantine(partition: number, records: readonly RefusedRecord[]): PreparedEvents {
  return pack(partition, records.map(quarantined));
}

/** The fact that a quarantined record was sent again. */
export function prepareRedriven(partition: number, redriven: RecordRedriven): PreparedEvents {
  const identity = encodeJson([
    'redriven',
    redriven.quarantineId,
    redriven.outcome,
    redriven.actor,
    redriven.at,
  ]);
  return pack(partition, [
    { type: REDRIVEN, identity, data: redriven, source: 'redrive', receivedAt: redriven.at },
  ]);
}

function quarantined(record: RefusedRecord): Fact {
  const { reason, detail, bytes, source, position, receivedAt } = record;
  const truncated = bytes.byteLength > QUARANTINED_BYTES_MAX;
  const kept = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, QUARANTINED_BYTES_MAX));
  const data: RecordQuarantined = {
    reason,
    detail,
    bytesBase64: kept.toString('base64'),
    truncated,
    source,
    ...(position === undefined ? {} : { position }),
    receivedAt,
  };
  // A reason holds no NUL, so no other reason and bytes make the same name.
  const identity = Buffer.concat([Buffer.from(`${reason}\0`, 'utf8'), bytes]);
  return { type: QUARANTINED, identity, data, source, receivedAt };
}

function pack(partition: number, facts: readonly Fact[]): PreparedEvents {
  const count = facts.length;
  const ids = new Uint8Array(count * 16);
  const payloadHashes = new Uint8Array(count * HASH_BYTES);
  const offsets = new Uint32Array(2 * count + 1);
  const parts: Uint8Array[] = [];
  let length = 0;
  facts.forEach(({ identity, data, source, receivedAt }, i) => {
    const payload = hash('sha1', identity, 'buffer').subarray(0, HASH_BYTES);
    ids.set(uuidv5Bytes(NAMESPACE.quarantine, identity), i * 16);
    payloadHashes.set(payload, i * HASH_BYTES);
    const bodies = [
      encodeJson(data),
      encodeJson({ source, receivedAt, payloadHash: payload.toString('hex') }),
    ];
    bodies.forEach((body, part) => {
      parts.push(body);
      offsets[2 * i + part + 1] = length += body.byteLength;
    });
  });
  return {
    partition,
    count,
    ids,
    payloadHashes,
    types: Uint8Array.from(facts, (fact) => fact.type),
    bodies: Buffer.concat(parts),
    offsets,
    ordinals: Uint32Array.from(facts, (_, i) => i),
  };
}
