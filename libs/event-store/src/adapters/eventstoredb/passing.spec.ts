import { describe, expect, it } from '@jest/globals';
import { Metadata, status } from '@grpc/grpc-js';
import { isPassing, pauseMs, RECONNECTS_MAX } from './passing.js';

describe('a pause before a connection is tried again', () => {
  it('doubles up to a limit', () => {
    const longest = Array.from({ length: RECONNECTS_MAX }, (_, i) => pauseMs(i + 1, () => 1));
    expect(longest.slice(0, 9)).toEqual([20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_000]);
    expect(new Set(longest.slice(8))).toEqual(new Set([5_000]));
  });

  it('is anything below that, so that no two clients come at once', () => {
    expect([0, 0.25, 0.5].map((share) => pauseMs(3, () => share))).toEqual([0, 20, 40]);
  });
});

describe('an error', () => {
  const ended = (code: status, metadata = new Metadata()): Error =>
    Object.assign(new Error('x'), { code, metadata });

  it.each([status.UNAVAILABLE, status.CANCELLED, status.DEADLINE_EXCEEDED, status.ABORTED])(
    'of a connection passes: %d',
    (code) => expect(isPassing(ended(code))).toBe(true),
  );

  it('of a node that does not lead passes, whatever its code', () => {
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    expect(isPassing(ended(status.NOT_FOUND, metadata))).toBe(true);
    expect(isPassing(ended(status.NOT_FOUND))).toBe(false);
  });

  it.each([status.INVALID_ARGUMENT, status.PERMISSION_DENIED, status.UNAUTHENTICATED, status.INTERNAL])(
    'of the request stays: %d',
    (code) => expect(isPassing(ended(code))).toBe(false),
  );

  it('that is none stays', () => expect(isPassing('UNAVAILABLE')).toBe(false));
});
