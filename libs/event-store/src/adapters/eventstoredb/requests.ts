import type { ReadOptions, Revision, Selector } from '../../event-store.js';
import { shared, streams, type ReadReq } from './protocol.js';

/** Events a filtered subscription looks at between two checkpoints. */
const CHECKPOINT_EVERY = 1_000;

/** A place in `$all`. */
export interface AllPosition {
  readonly commit: string;
  readonly prepare: string;
}

/** Reads a stream from a revision (inclusive) or an end of it. */
export function streamRead(
  stream: string,
  from: Revision | 'start' | 'end',
  { direction, max }: ReadOptions,
): ReadReq {
  const ofStream = new streams.ReadReq.Options.StreamOptions();
  ofStream.setStreamIdentifier(new shared.StreamIdentifier().setStreamName(Buffer.from(stream, 'utf8')));
  if (from === 'start') ofStream.setStart(new shared.Empty());
  else if (from === 'end') ofStream.setEnd(new shared.Empty());
  else ofStream.setRevision(String(from));
  const options = baseOptions(direction);
  options.setStream(ofStream);
  options.setCount(String(max));
  options.setNoFilter(new shared.Empty());
  return new streams.ReadReq().setOptions(options);
}

/** Reads the last event of `$all`. */
export function lastOfAll(): ReadReq {
  const options = baseOptions('backwards');
  options.setAll(new streams.ReadReq.Options.AllOptions().setEnd(new shared.Empty()));
  options.setCount('1');
  options.setNoFilter(new shared.Empty());
  return new streams.ReadReq().setOptions(options);
}

/** Subscribes to what the selector may select, after a place (exclusive) or from the start. A stream is selected as a prefix. */
export function subscription(selector: Selector, after: AllPosition | undefined): ReadReq {
  const ofAll = new streams.ReadReq.Options.AllOptions();
  if (after === undefined) ofAll.setStart(new shared.Empty());
  else {
    const position = new streams.ReadReq.Options.Position();
    position.setCommitPosition(after.commit);
    position.setPreparePosition(after.prepare);
    ofAll.setPosition(position);
  }
  const options = baseOptions('forwards');
  options.setAll(ofAll);
  options.setSubscription(new streams.ReadReq.Options.SubscriptionOptions());
  const prefix = 'stream' in selector ? selector.stream : selector.prefix;
  if (prefix === '') options.setNoFilter(new shared.Empty());
  else {
    const filter = new streams.ReadReq.Options.FilterOptions();
    filter.setStreamIdentifier(
      new streams.ReadReq.Options.FilterOptions.Expression().setPrefixList([prefix]),
    );
    filter.setMax(CHECKPOINT_EVERY);
    filter.setCheckpointintervalmultiplier(1);
    options.setFilter(filter);
  }
  return new streams.ReadReq().setOptions(options);
}

function baseOptions(direction: ReadOptions['direction']): ReadReq.Options {
  const options = new streams.ReadReq.Options();
  const { FORWARDS, BACKWARDS } = streams.ReadReq.Options.ReadDirection;
  options.setReadDirection(direction === 'forwards' ? FORWARDS : BACKWARDS);
  options.setResolveLinks(false);
  options.setUuidOption(new streams.ReadReq.Options.UUIDOption().setString(new shared.Empty()));
  return options;
}
