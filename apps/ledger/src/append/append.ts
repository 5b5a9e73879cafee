import type { sendUnaryData, ServerReadableStream, ServiceError } from '@grpc/grpc-js';
import type { Expected, NewEvent } from '@flightdeck/event-store';
import { shared, streams, type AppendReq, type AppendResp } from '../adapters/protocol.js';
import { appendTooLarge, internal, invalidArgument, streamDeleted } from '../server/refusal.js';
import { appendToStream, type Appended } from './append-to-stream.js';
import type { BatchAppendOptions } from './batch-append.js';
import { expectedOf } from './expected.js';
import { bytesOf, newEventOf } from './proposed.js';

export type AppendCall = ServerReadableStream<AppendReq, AppendResp>;

/** Streams/Append: one append a call, its options first and then its events. A lost race is an answer, all else ends the call. */
export function append(
  call: AppendCall,
  answer: sendUnaryData<AppendResp>,
  options: BatchAppendOptions,
): void {
  let request: AppendReq.Options | undefined;
  let events: NewEvent[] = [];
  let bytes = 0;
  let refused: ServiceError | undefined;
  const add = (message: AppendReq.ProposedMessage): void => {
    const event = newEventOf(message);
    if (typeof event === 'string') refused = invalidArgument(event);
    else {
      events.push(event);
      bytes += bytesOf(event);
      if (bytes > options.appendBytesMax) refused = appendTooLarge(options.appendBytesMax);
    }
    if (refused !== undefined) events = [];
  };
  call.on('data', (part: AppendReq) => {
    const message = part.getProposedMessage();
    request ??= part.getOptions();
    if (message !== undefined && refused === undefined) add(message);
  });
  call.on('error', () => (events = [])); // the client has gone: nothing is written
  call.on('end', () => {
    if (call.cancelled) return;
    if (refused !== undefined) answer(refused);
    else void settle(request, events, options, answer); // never rejects
  });
}

async function settle(
  request: AppendReq.Options | undefined,
  events: readonly NewEvent[],
  options: BatchAppendOptions,
  answer: sendUnaryData<AppendResp>,
): Promise<void> {
  try {
    const stream = Buffer.from(request?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
    const expected = request && expectedOf(request, request.hasRevision(), request.getRevision());
    if (stream === '' || expected === undefined)
      throw invalidArgument('An append names its stream and what it expects of it.');
    if (events.length === 0) throw invalidArgument('An append needs at least one event.');
    const appended = await appendToStream(options, stream, events, expected);
    if (appended.kind === 'deleted') throw streamDeleted(stream);
    if (appended.kind === 'too-large') throw appendTooLarge(options.appendBytesMax);
    answer(null, reply(appended, expected));
  } catch (error) {
    const refused = error instanceof TypeError ? invalidArgument(error.message) : internal(error);
    if (refused !== error && !(error instanceof TypeError)) options.onError(error);
    answer(refused);
  }
}

function reply(
  appended: Extract<Appended, { kind: 'written' | 'wrong-version' }>,
  expected: Expected,
): AppendResp {
  const reply = new streams.AppendResp();
  if (appended.kind === 'written') {
    const success = new streams.AppendResp.Success();
    success.setCurrentRevision(String(appended.revision));
    if (appended.position === undefined) success.setNoPosition(new shared.Empty());
    else {
      const place = new streams.AppendResp.Position();
      place.setCommitPosition(String(appended.position));
      place.setPreparePosition(String(appended.position));
      success.setPosition(place);
    }
    return reply.setSuccess(success);
  }
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  if (appended.actual === 'no-stream') wrong.setCurrentNoStream(new shared.Empty());
  else wrong.setCurrentRevision(String(appended.actual));
  if (expected === 'no-stream') wrong.setExpectedNoStream(new shared.Empty());
  else if (expected === 'stream-exists') wrong.setExpectedStreamExists(new shared.Empty());
  else if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
  else wrong.setExpectedRevision(String(expected));
  return reply.setWrongExpectedVersion(wrong);
}
