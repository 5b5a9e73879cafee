import { EMPTY_COUNTERS, type CampaignFigures } from '@flightdeck/domain';
import type { ReadModelChange, ReadModels } from '@flightdeck/read-models';
import { Bell } from '../bell.js';

/** The day of every figure that tests set, in New York. */
export const DAY = '2026-11-22';
export const NOON_UTC_MS = Date.parse('2026-11-22T12:00:00.000Z');

/** Figures that a test sets, told of like those of a projector. */
export class StubReadModels {
  /** Calls of `figures` that will fail. */
  failures = 0;
  caughtUp = true;
  private readonly known = new Map<string, CampaignFigures>();
  private readonly changed = new Set<string>();
  private readonly bell = new Bell();

  /** A thousand impressions that cost `micros` in all, on every span. */
  spend(campaignId: string, micros: number, revision: number): void {
    const money = { micros, nanos: 0 };
    const counters = { ...EMPTY_COUNTERS, impressions: 1000, events: 1000, net: money, gross: money };
    const spans = {
      lifetime: counters,
      today: counters,
      last5m: counters,
      last15m: counters,
      last60m: counters,
    };
    const position = { stream: 'ads-03', revision };
    const seen = { lastOccurredAtMs: NOON_UTC_MS, lastReceivedAtMs: NOON_UTC_MS };
    this.known.set(campaignId, {
      campaignId,
      currency: 'USD',
      unregistered: false,
      position,
      day: DAY,
      ...spans,
      ...seen,
    });
    this.changed.add(campaignId);
    this.bell.ring();
  }

  /** As a restart does: changes are told of from then on only. */
  forgetChanges(): void {
    this.changed.clear();
  }

  /** What the rules use of the port. */
  readonly port: Pick<ReadModels, 'figures' | 'spent' | 'campaignIds' | 'progress' | 'changes'> = {
    figures: async (requests) => {
      if (this.failures > 0) {
        this.failures -= 1;
        throw new Error('The read models are out of reach.');
      }
      return requests.map(({ campaignId }) => this.known.get(campaignId));
    },
    spent: async (requests) =>
      requests.map(({ campaignId }) => {
        const known = this.known.get(campaignId);
        return known && { today: known.today.net, lifetime: known.lifetime.net };
      }),
    campaignIds: async (after, max) =>
      [...this.known.keys()]
        .sort()
        .filter((id) => after === undefined || id > after)
        .slice(0, max),
    progress: () => ({ checkpoint: '1', caughtUp: this.caughtUp }),
    changes: (signal) => this.changes(signal),
  };

  private async *changes(signal: AbortSignal): AsyncGenerator<ReadModelChange> {
    while (!signal.aborted) {
      await this.bell.wait(signal);
      const campaignIds = [...this.changed];
      this.changed.clear();
      if (campaignIds.length > 0) yield { checkpoint: '1', campaignIds };
    }
  }
}
