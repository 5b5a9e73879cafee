import { status as code, type ServerDuplexStream } from '@grpc/grpc-js';
import type { Expected, NewEvent } from '@flightdeck/event-store';
import type { BatchAppendReq, BatchAppendResp, UUID } from '../adapters/protocol.js';
import { internal, refusal } from '../server/refusal.js';
import { appendToStream, type Appended, type AppendDeps } from './append-to-stream.js';
import { batchReply, type BatchOutcome } from './batch-reply.js';
import { expectedOf } from './expected.js';
import { bytesOf, newEventOf, uuidText } from './proposed.js';

/** Appends of one call of which not all parts have come. */
const INCOMPLETE_MAX = 1_000;
/** Bytes of one call being appended; above, nothing more is read from it. */
const IN_FLIGHT_BYTES_MAX = 64 * 1024 * 1024;

export type BatchAppendCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** One append, as its parts come in. */
interface Incomplete {
  readonly correlationId: UUID;
  readonly options: BatchAppendReq.Options;
  readonly stream: string;
  readonly expected: Expected | undefined;
  readonly deadlineMs: number;
  events: NewEvent[];
  bytes: number;
  /** Why it will be refused; its events are let go. */
  outcome: BatchOutcome | undefined;
}

export interface BatchAppendOptions extends AppendDeps {
  /** The caller may not append: each append is told so. */
  readonly isDenied?: boolean;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Streams/BatchAppend: appends over one long call, each in one or more parts that name its correlation id, each answered exactly once
 * when its last part has come and it is durable or refused.
 */
export function batchAppend(call: BatchAppendCall, options: BatchAppendOptions): void {
  const incomplete = new Map<string, Incomplete>();
  let inFlightBytes = 0;
  let inFlight = 0;
  let hasEnded = false;
  const endIfDone = (): void => {
    if (hasEnded && inFlight === 0) call.end();
  };
  const finish = async (append: Incomplete): Promise<void> => {
    inFlight++;
    inFlightBytes += append.bytes;
    if (inFlightBytes > IN_FLIGHT_BYTES_MAX) call.pause();
    const outcome = await settle(append, options);
    inFlight--;
    inFlightBytes -= append.bytes;
    if (inFlightBytes <= IN_FLIGHT_BYTES_MAX) call.resume();
    if (!call.cancelled) call.write(batchReply(append.correlationId, append.options, append.stream, outcome));
    endIfDone();
  };
  call.on('data', (request: BatchAppendReq) => {
    const correlationId = request.getCorrelationId();
    const key = uuidText(correlationId);
    if (correlationId === undefined || key === undefined) {
      call.emit('error', refusal(code.INVALID_ARGUMENT, 'An append needs a correlation id.'));
      return;
    }
    const append = incomplete.get(key) ?? begun(correlationId, request);
    if (append === undefined || (!incomplete.has(key) && incomplete.size >= INCOMPLETE_MAX)) {
      const what =
        append === undefined
          ? 'The first part of an append needs options.'
          : 'Too many appends are incomplete.';
      call.emit('error', refusal(code.INVALID_ARGUMENT, what));
      return;
    }
    addTo(append, request, options.appendBytesMax);
    if (request.getIsFinal()) {
      incomplete.delete(key);
      void finish(append); // never rejects
    } else incomplete.set(key, append);
  });
  call.on('end', () => {
    hasEnded = true;
    endIfDone();
  });
  call.on('error', () => incomplete.clear()); // the client has gone; what is in flight goes on
}

function begun(correlationId: UUID, request: BatchAppendReq): Incomplete | undefined {
  const options = request.getOptions();
  if (options === undefined) return undefined;
  const stream = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  const deadline = options.getDeadline();
  return {
    correlationId,
    options,
    stream,
    expected: expectedOf(options, options.hasStreamPosition(), options.getStreamPosition()),
    deadlineMs: deadline === undefined ? Infinity : deadline.getSeconds() * 1_000 + deadline.getNanos() / 1e6,
    events: [],
    bytes: 0,
    outcome: stream === '' ? { kind: 'bad-request', detail: 'An append needs a stream.' } : undefined,
  };
}

function addTo(append: Incomplete, request: BatchAppendReq, bytesMax: number): void {
  for (const message of request.getProposedMessagesList()) {
    if (append.outcome !== undefined) return;
    const event = newEventOf(message);
    if (typeof event === 'string') append.outcome = { kind: 'bad-request', detail: event };
    else {
      append.events.push(event);
      append.bytes += bytesOf(event);
      if (append.bytes > bytesMax) append.outcome = { kind: 'too-large', bytesMax };
    }
    if (append.outcome !== undefined) append.events = [];
  }
}

async function settle(append: Incomplete, options: BatchAppendOptions): Promise<BatchOutcome> {
  if (append.outcome !== undefined) return append.outcome;
  const { stream, events, expected, deadlineMs } = append;
  if (expected === undefined)
    return { kind: 'bad-request', detail: 'An append says what it expects of the stream.' };
  if (events.length === 0) return { kind: 'bad-request', detail: 'An append needs at least one event.' };
  if (options.isDenied === true) return { kind: 'denied' };
  const leftMs = deadlineMs - options.clock();
  if (leftMs <= 0) return { kind: 'timeout' };
  try {
    const appended = await within(leftMs, appendToStream(options, stream, events, expected));
    return appended?.kind === 'too-large'
      ? { kind: 'too-large', bytesMax: options.appendBytesMax }
      : (appended ?? { kind: 'timeout' });
  } catch (error) {
    if (error instanceof TypeError) return { kind: 'bad-request', detail: error.message };
    options.onError(error);
    return { kind: 'failed', detail: internal(error).details };
  }
}

const TIMER_MAX_MS = 2 ** 31 - 1;

/** The deadline is the caller's: when it passes first, the outcome stays unknown to them. */
async function within(ms: number, work: Promise<Appended>): Promise<Appended | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, Math.min(ms, TIMER_MAX_MS), undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
