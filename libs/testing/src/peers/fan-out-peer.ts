import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import type { AwsPeer } from './aws-peers.js';

/**
 * How a subscription goes wrong. After its first event: its stream or the whole session is reset, it is cut in the middle of an event,
 * nothing comes any more, bytes are damaged. Instead of it: it is throttled, refused while an older one is still there, failed, reset, or
 * left without an answer. Or it is late.
 */
export type FanOutFault = (typeof FAN_OUT_FAULTS)[number];
export const FAN_OUT_FAULTS = [
  ...(['reset', 'session lost', 'cut', 'silence', 'damage'] as const),
  ...(['throttled', 'in use', 'failed', 'reset at once', 'unanswered', 'late'] as const),
] as const;
const LATE_MS = 20;
/** Errors in the stead of a subscription, with the status that they come with (Kinesis API Reference, SubscribeToShard). */
const REFUSALS: Readonly<Partial<Record<FanOutFault, readonly [status: number, type: string]>>> = {
  throttled: [400, 'LimitExceededException'],
  'in use': [400, 'ResourceInUseException'],
  failed: [500, 'InternalFailure'],
};

export interface FanOutPeer extends AwsPeer {
  /** Where subscriptions began, in order: a sequence number, or `TRIM_HORIZON`. */
  readonly subscriptions: readonly string[];
}

interface SubscribeToShard {
  readonly StartingPosition: { readonly Type: string; readonly SequenceNumber?: string };
}

const EVENTS_A_SUBSCRIPTION = 3;
const RECORDS_AN_EVENT = 2;
/** Of a header's value: UTF-8 text (Amazon event stream encoding, Smithy specification). */
const TEXT = 7;

/**
 * Enhanced fan-out of one closed shard over HTTP/2, as Kinesis speaks it and no local peer does: SubscribeToShard answered with an
 * Amazon event stream, a few events each subscription. Records have the sequence numbers 1, 2, …
 */
export async function startFanOutPeer(
  records: readonly string[],
  faultOf: (subscription: number) => FanOutFault | undefined = () => undefined,
): Promise<FanOutPeer> {
  const subscriptions: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('error', () => undefined); // it is broken on purpose
  });
  server.on('stream', (stream) => {
    stream.on('error', () => undefined); // likewise
    void json(stream).then((body) => {
      const { SequenceNumber = 'TRIM_HORIZON' } = (body as SubscribeToShard).StartingPosition;
      subscriptions.push(SequenceNumber);
      const fault = faultOf(subscriptions.length);
      const subscribe = (): void => answer(stream, records, Number(SequenceNumber) || 0, fault);
      if (!refuse(stream, fault, subscribe)) subscribe();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    subscriptions,
    close: () => {
      for (const session of sessions) session.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What befalls a subscription before it begins; true when something does. */
function refuse(stream: ServerHttp2Stream, fault: FanOutFault | undefined, later: () => void): boolean {
  const refusal = fault && REFUSALS[fault];
  if (refusal !== undefined) {
    const [status, type] = refusal;
    stream.respond({ ':status': status, 'content-type': 'application/x-amz-json-1.1' });
    stream.end(JSON.stringify({ __type: type, message: 'As the test wants it.' }));
  } else if (fault === 'reset at once') stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else if (fault === 'late') setTimeout(later, LATE_MS);
  else return fault === 'unanswered';
  return true;
}

function answer(
  stream: ServerHttp2Stream,
  records: readonly string[],
  from: number,
  fault: FanOutFault | undefined,
): void {
  stream.respond({ ':status': 200, 'content-type': 'application/vnd.amazon.eventstream' });
  stream.write(message('initial-response', {}));
  let at = from;
  for (let event = 1; event <= EVENTS_A_SUBSCRIPTION && at < records.length; event += 1) {
    const until = Math.min(records.length, at + RECORDS_AN_EVENT);
    const bytes = message('SubscribeToShardEvent', eventOf(records, at, until));
    if (event === 2 && fault !== undefined && fault !== 'late') {
      breakOff(stream, bytes, fault);
      return;
    }
    stream.write(bytes);
    at = until;
  }
  stream.end();
}

function eventOf(records: readonly string[], from: number, until: number) {
  const isLast = until === records.length;
  return {
    Records: records.slice(from, until).map((text, index) => ({
      ...{ SequenceNumber: String(from + index + 1), PartitionKey: 'k' },
      Data: Buffer.from(text).toString('base64'),
    })),
    MillisBehindLatest: records.length - until,
    ...(isLast ? { ChildShards: [] } : { ContinuationSequenceNumber: String(until) }),
  };
}

function breakOff(stream: ServerHttp2Stream, bytes: Buffer, fault: FanOutFault): void {
  if (fault === 'silence') return;
  if (fault === 'reset') stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else if (fault === 'session lost') stream.session?.destroy();
  else if (fault === 'cut') stream.end(bytes.subarray(0, bytes.length / 2));
  else {
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 10) ^ 1, bytes.length - 10);
    stream.write(bytes);
  }
}

/** One message: lengths and their checksum, headers, JSON, checksum of it all. */
function message(eventType: string, payload: object): Buffer {
  const headers = Buffer.concat([
    header(':message-type', 'event'),
    header(':event-type', eventType),
    header(':content-type', 'application/x-amz-json-1.1'),
  ]);
  const body = Buffer.from(JSON.stringify(payload));
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(prelude.length + headers.length + body.length + 4, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const bytes = Buffer.concat([prelude, headers, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(bytes), 0);
  return Buffer.concat([bytes, checksum]);
}

function header(name: string, value: string): Buffer {
  const bytes = Buffer.alloc(4 + name.length + value.length);
  bytes.writeUInt8(name.length, 0);
  bytes.write(name, 1);
  bytes.writeUInt8(TEXT, 1 + name.length);
  bytes.writeUInt16BE(value.length, 2 + name.length);
  bytes.write(value, 4 + name.length);
  return bytes;
}
