import { momentOf, STREAM, type MomentText } from '@flightdeck/contracts';
import { formatInstant } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { headAsOf, NoPositions, partitionOf, storeAsOf, type Moment } from '@flightdeck/ledger';
import { ProblemException, type Clock } from '@flightdeck/platform';

/** A moment of the ledger that somebody asked for. */
export interface NamedMoment {
  readonly moment: Moment;
  /** Of a position: when its last event was recorded. */
  readonly atMs: number;
  readonly asOf: string;
}

/** Looks into the ledger as it was. */
export class Moments {
  constructor(
    readonly store: EventStore,
    private readonly partitions: number,
    private readonly clock: Clock,
  ) {}

  /** A position gets the time of the last event of `streams` before it. @throws {ProblemException} 422 for a moment that has not come yet, or that this ledger cannot name. */
  async named(text: MomentText, streams: readonly string[]): Promise<NamedMoment> {
    const moment = momentOf(text);
    if (moment === undefined) throw new ProblemException(422, 'no-such-moment', `'${text}' is no moment.`);
    const atMs = 'atMs' in moment ? moment.atMs : await this.timeOf(moment, streams);
    if (atMs > this.clock())
      throw new ProblemException(422, 'moment-in-the-future', 'That moment has not come yet.');
    return { moment, atMs, asOf: formatInstant(atMs) };
  }

  /** What can be read of the ledger as it was. */
  past({ moment }: NamedMoment): Pick<EventStore, 'read'> {
    return storeAsOf(this.store, moment);
  }

  ads(campaignId: string): string {
    return STREAM.ads(partitionOf(campaignId, this.partitions));
  }

  quarantine(campaignId: string): string {
    return STREAM.quarantine(partitionOf(campaignId, this.partitions));
  }

  duplicates(campaignId: string): string {
    return STREAM.duplicates(partitionOf(campaignId, this.partitions));
  }

  ofCampaign(campaignId: string): readonly string[] {
    return [this.ads(campaignId), STREAM.campaign(campaignId)];
  }

  /** The last event of the stream at the moment; now, without one. */
  async head(stream: string, named?: Pick<NamedMoment, 'moment'>): Promise<number> {
    try {
      return await headAsOf(this.store, stream, named?.moment);
    } catch (error) {
      if (error instanceof NoPositions) throw new ProblemException(422, 'no-positions', error.message);
      throw error;
    }
  }

  /** When the last event of the streams before the position was recorded: the clock of that moment, as they saw it. */
  private async timeOf(moment: Moment, streams: readonly string[]): Promise<number> {
    let atMs = 0;
    const options = { direction: 'forwards', max: 1 } as const;
    for (const stream of streams) {
      const head = await this.head(stream, { moment });
      if (head < 0) continue;
      for await (const event of this.store.read(stream, head, options))
        atMs = Math.max(atMs, event.recordedAtMs);
    }
    return atMs;
  }
}
