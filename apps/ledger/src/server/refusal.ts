import { Metadata, status as code, type ServiceError } from '@grpc/grpc-js';

/** Ends a call with a status, a sentence, and the trailers from which the official client makes its typed errors. */
export function refusal(
  status: code,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(details), { code: status, details, metadata });
}

export function invalidArgument(details: string): ServiceError {
  return refusal(code.INVALID_ARGUMENT, details);
}

export function accessDenied(details: string): ServiceError {
  return refusal(code.PERMISSION_DENIED, details, { exception: 'access-denied' });
}

export function streamDeleted(stream: string): ServiceError {
  const trailers = { exception: 'stream-deleted', 'stream-name': trailerText(stream) };
  return refusal(code.FAILED_PRECONDITION, 'The stream was deleted for ever.', trailers);
}

export function appendTooLarge(bytesMax: number): ServiceError {
  const trailers = { exception: 'maximum-append-size-exceeded', 'maximum-append-size': String(bytesMax) };
  return refusal(code.INVALID_ARGUMENT, `An append may have at most ${bytesMax} bytes.`, trailers);
}

/** @param expected, actual revisions; −1 no stream, −2 any, −4 that the stream exists, as EventStoreDB numbers them. */
export function wrongExpectedVersion(
  stream: string,
  expected: number,
  actual: number | undefined,
): ServiceError {
  return refusal(code.FAILED_PRECONDITION, 'The stream is at another revision than expected.', {
    exception: 'wrong-expected-version',
    'stream-name': trailerText(stream),
    'expected-version': String(expected),
    ...(actual === undefined ? {} : { 'actual-version': String(actual) }),
  });
}

/** What went wrong on our side is for the log; the caller learns that it did. */
export function internal(error: unknown): ServiceError {
  if (isRefusal(error)) return error;
  return refusal(code.INTERNAL, 'The ledger could not do it; its log says why.');
}

/** Whether an error is already one for the caller. */
export function isRefusal(error: unknown): error is ServiceError {
  return (
    error instanceof Error && 'code' in error && 'metadata' in error && error.metadata instanceof Metadata
  );
}

/** Trailers are ASCII (gRPC over HTTP/2); other characters of a name are percent-encoded. */
function trailerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, encodeURIComponent);
}
