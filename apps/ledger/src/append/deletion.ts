import type { DeleteReq } from '../adapters/protocol.js';
import {
  accessDenied,
  internal,
  invalidArgument,
  streamDeleted,
  wrongExpectedVersion,
} from '../server/refusal.js';
import type { Deletions } from './deletions.js';
import { expectedNumber, expectedOf } from './expected.js';

/** The options of Delete and of Tombstone, which have the same shape. */
export type DeletionOptions = Pick<
  DeleteReq.Options,
  'getStreamIdentifier' | 'hasRevision' | 'getRevision' | 'hasAny' | 'hasNoStream' | 'hasStreamExists'
>;

/**
 * Streams/Delete and Streams/Tombstone. A ledger refuses both.
 * @returns where the deletion is written in the global order. @throws {ServiceError} for the caller.
 */
export async function deleteStream(
  kind: 'delete' | 'tombstone',
  options: DeletionOptions | undefined,
  deletions: Deletions | undefined,
): Promise<number | undefined> {
  if (deletions === undefined) throw accessDenied('Streams of a ledger cannot be deleted.');
  const stream = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  const expected = options && expectedOf(options, options.hasRevision(), options.getRevision());
  if (stream === '' || expected === undefined)
    throw invalidArgument('A deletion names its stream and what it expects of it.');
  if (deletions.isTombstoned(stream)) throw streamDeleted(stream);
  const head = await deletions.headOf(stream);
  const holds =
    expected === 'any' ||
    (expected === 'no-stream'
      ? head === undefined
      : expected === 'stream-exists'
        ? head !== undefined
        : expected === head);
  if (!holds) throw wrongExpectedVersion(stream, expectedNumber(expected), head);
  try {
    return await (kind === 'delete' ? deletions.delete(stream) : deletions.tombstone(stream));
  } catch (error) {
    throw internal(error);
  }
}
