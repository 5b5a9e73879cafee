import { formatInstant } from '@flightdeck/domain';
import type { CheckpointResponse, InclusionQuery, LedgerRangeQuery } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import { ProblemException } from '@flightdeck/platform';
import {
  findIndex,
  ledgerRange,
  type IndexedEvent,
  type LogReader,
  type ProofLog,
  type SealedCheckpoint,
} from '@flightdeck/proof';

const RETRY_AFTER = { headers: { 'retry-after': '1' } };

/** Finds what proofs are made of, and says so where it is not there. */
export class ProofDesk {
  constructor(
    readonly ledger: EventStore,
    private readonly log: ProofLog,
  ) {}

  get reader(): LogReader {
    return this.log.reader;
  }

  state(): { readonly state: 'kept' | 'broken'; readonly detail: string | null } {
    const state = this.log.state();
    return { state: state.kind, detail: state.kind === 'broken' ? state.detail : null };
  }

  /** @throws {ProblemException} 404 until the first events are signed for. */
  latest(): SealedCheckpoint {
    const latest = this.reader.latest();
    if (latest === undefined)
      throw new ProblemException(404, 'nothing-signed-yet', 'Nothing is signed yet; ask again.', RETRY_AFTER);
    return latest;
  }

  /** The checkpoint of exactly so many events. @throws {ProblemException} 404 when there is none. */
  checkpointOf(size: number): SealedCheckpoint {
    const found = this.reader.covering(size);
    if (found?.size === size) return found;
    const detail = `There is no checkpoint of ${size} events.`;
    throw new ProblemException(404, 'no-such-checkpoint', detail);
  }

  /** The range that is asked for, within what is signed. @throws {ProblemException} 422 when it is none. */
  range({ from, to }: LedgerRangeQuery): {
    readonly from: number;
    readonly to: number;
    readonly checkpoint: SealedCheckpoint;
  } {
    const checkpoint = this.latest();
    const end = to ?? checkpoint.size;
    if (end > checkpoint.size || from >= end) {
      const detail = `Asked for the events from ${from} to ${end}; ${checkpoint.size} are signed for.`;
      throw new ProblemException(422, 'no-such-range', detail);
    }
    return { from, to: end, checkpoint };
  }

  /** The event and its place. @throws {ProblemException} 404 for one that is not there or not yet signed for, 422 when none is named. */
  async event({ position, stream, revision }: InclusionQuery): Promise<IndexedEvent> {
    if ((position === undefined) === (stream === undefined || revision === undefined))
      throw new ProblemException(
        422,
        'no-event-named',
        'Name an event by position, or by stream and revision.',
      );
    const index = position ?? (await this.indexOf(stream ?? '', revision ?? 0));
    const { size } = this.latest();
    if (index === undefined || index >= size)
      throw new ProblemException(
        404,
        'no-such-event',
        `It is not among the ${size} events that are signed for.`,
      );
    for await (const [found] of ledgerRange(this.ledger, this.reader, index, index + 1))
      if (found !== undefined) return found;
    throw new ProblemException(404, 'no-such-event', 'The ledger ends before it.');
  }

  private async indexOf(stream: string, revision: number): Promise<number | undefined> {
    const options = { direction: 'forwards', max: 1 } as const;
    for await (const event of this.ledger.read(stream, revision, options))
      if (event.revision === revision) return findIndex(this.ledger, this.reader, event);
    return undefined;
  }
}

export function checkpointResponse(reader: LogReader, sealed: SealedCheckpoint): CheckpointResponse {
  return {
    size: sealed.size,
    root: base64(sealed.root),
    signedAt: formatInstant(sealed.signedAtMs),
    note: reader.note(sealed),
  };
}

export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
