import type { ReadReq } from '../adapters/protocol.js';
import { streams } from '../adapters/protocol.js';
import { safeNumber } from '../append/expected.js';
import { filterOf, type Filter } from './filter.js';
import type { IdForm } from './messages.js';

/** A read as it was asked for, every part of it said. */
export interface ReadPlan {
  /** Undefined: all streams. */
  readonly stream: string | undefined;
  /** A revision of the stream, or a position among all. */
  readonly from: number | 'start' | 'end';
  readonly direction: 'forwards' | 'backwards';
  /** The most events; undefined for a subscription. */
  readonly count: number | undefined;
  readonly filter: Filter | undefined;
  readonly ids: IdForm;
}

/** Parses a request. @throws {BadFilter} @returns one sentence when it says too little. */
export function readPlan(request: ReadReq): ReadPlan | string {
  const options = request.getOptions();
  if (options === undefined) return 'A read needs options.';
  const isSubscription = options.hasSubscription();
  if (!isSubscription && !options.hasCount()) return 'A read says how many events, or that it subscribes.';
  const ofStream = options.getStream();
  const ofAll = options.getAll();
  if (ofStream === undefined && ofAll === undefined) return 'A read is of a stream or of all.';
  const stream =
    ofStream && Buffer.from(ofStream.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8');
  if (stream === '') return 'A read of a stream needs its name.';
  const filter = options.getFilter();
  return {
    stream,
    from: ofStream === undefined ? positionIn(ofAll) : revisionIn(ofStream),
    direction:
      options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS && !isSubscription
        ? 'backwards'
        : 'forwards',
    count: isSubscription ? undefined : safeNumber(options.getCount()),
    filter: filter === undefined || stream !== undefined ? undefined : filterOf(filter),
    ids: options.getUuidOption()?.hasStructured() === true ? 'halves' : 'text',
  };
}

function revisionIn(options: ReadReq.Options.StreamOptions): number | 'start' | 'end' {
  if (options.hasRevision()) return safeNumber(options.getRevision());
  return options.hasEnd() ? 'end' : 'start';
}

function positionIn(options: ReadReq.Options.AllOptions | undefined): number | 'start' | 'end' {
  const position = options?.getPosition();
  if (position !== undefined) return safeNumber(position.getCommitPosition());
  return options?.hasEnd() === true ? 'end' : 'start';
}
