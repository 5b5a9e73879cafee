import {
  Any,
  Code,
  Empty,
  shared,
  status,
  streams,
  type BatchAppendReq,
  type BatchAppendResp,
  type Status,
  type UUID,
} from '../adapters/protocol.js';
import type { Appended } from './append-to-stream.js';

/** What an append of a batch call is answered with. */
export type BatchOutcome =
  | Exclude<Appended, { readonly kind: 'too-large' }>
  | { readonly kind: 'too-large'; readonly bytesMax: number }
  | { readonly kind: 'timeout' | 'denied' }
  | { readonly kind: 'bad-request' | 'failed'; readonly detail: string };

/** The answer: correlation id, stream and expectation as they came, and the outcome. */
export function batchReply(
  correlationId: UUID,
  options: BatchAppendReq.Options,
  stream: string,
  outcome: BatchOutcome,
): BatchAppendResp {
  const reply = new streams.BatchAppendResp();
  reply.setCorrelationId(correlationId);
  reply.setStreamIdentifier(options.getStreamIdentifier());
  echoExpected(reply, options);
  if (outcome.kind === 'written') reply.setSuccess(success(outcome.revision, outcome.position));
  else reply.setError(failure(options, stream, outcome));
  return reply;
}

function success(revision: number, position: number | undefined): BatchAppendResp.Success {
  const success = new streams.BatchAppendResp.Success();
  success.setCurrentRevision(String(revision));
  if (position === undefined) success.setNoPosition(new Empty());
  else {
    const place = new shared.AllStreamPosition();
    place.setCommitPosition(String(position));
    place.setPreparePosition(String(position));
    success.setPosition(place);
  }
  return success;
}

function failure(
  options: BatchAppendReq.Options,
  stream: string,
  outcome: Exclude<BatchOutcome, { kind: 'written' }>,
): Status {
  switch (outcome.kind) {
    case 'wrong-version': {
      const detail = new shared.WrongExpectedVersion();
      if (outcome.actual === 'no-stream') detail.setCurrentNoStream(new Empty());
      else detail.setCurrentStreamRevision(String(outcome.actual));
      if (options.hasStreamPosition()) detail.setExpectedStreamPosition(options.getStreamPosition());
      else if (options.hasNoStream()) detail.setExpectedNoStream(new Empty());
      else if (options.hasStreamExists()) detail.setExpectedStreamExists(new Empty());
      else detail.setExpectedAny(new Empty());
      return packed(
        Code.FAILED_PRECONDITION,
        'The stream is at another revision than expected.',
        'WrongExpectedVersion',
        detail,
      );
    }
    case 'deleted': {
      const detail = new shared.StreamDeleted();
      detail.setStreamIdentifier(options.getStreamIdentifier());
      return packed(
        Code.FAILED_PRECONDITION,
        `Stream ${stream} was deleted for ever.`,
        'StreamDeleted',
        detail,
      );
    }
    case 'too-large': {
      const detail = new shared.MaximumAppendSizeExceeded();
      detail.setMaxappendsize(outcome.bytesMax);
      return packed(
        Code.INVALID_ARGUMENT,
        `An append may have at most ${outcome.bytesMax} bytes.`,
        'MaximumAppendSizeExceeded',
        detail,
      );
    }
    case 'timeout':
      return packed(
        Code.DEADLINE_EXCEEDED,
        'The deadline passed; whether the events were written is unknown.',
        'Timeout',
        new shared.Timeout(),
      );
    case 'denied':
      return packed(
        Code.PERMISSION_DENIED,
        'The caller may not append.',
        'AccessDenied',
        new shared.AccessDenied(),
      );
    case 'bad-request': {
      const detail = new shared.BadRequest();
      detail.setMessage(outcome.detail);
      return packed(Code.INVALID_ARGUMENT, outcome.detail, 'BadRequest', detail);
    }
    case 'failed':
      return packed(Code.INTERNAL, outcome.detail, 'Unknown', new shared.Unknown());
  }
}

function packed(
  reason: Parameters<Status['setCode']>[0],
  message: string,
  type: string,
  detail: { serializeBinary(): Uint8Array },
): Status {
  const any = new Any();
  any.pack(detail.serializeBinary(), `event_store.client.${type}`);
  const failed = new status.Status();
  failed.setCode(reason);
  failed.setMessage(message);
  failed.setDetails(any);
  return failed;
}

function echoExpected(reply: BatchAppendResp, options: BatchAppendReq.Options): void {
  if (options.hasStreamPosition()) reply.setStreamPosition(options.getStreamPosition());
  else if (options.hasNoStream()) reply.setNoStream(new Empty());
  else if (options.hasStreamExists()) reply.setStreamExists(new Empty());
  else reply.setAny(new Empty());
}
