import { Inject, Injectable, Optional } from '@nestjs/common';
import { CLOCK, type Clock, Health, Latency, type LatencyPercentiles, Metrics } from '@flightdeck/platform';
import type { LiveProjection } from './generations/live-projection.js';
import { PROJECTOR } from './projector.tokens.js';

/** The shortest span over which a rate is worth telling. */
const RATE_SPAN_MIN_MS = 1_000;

export interface ProjectorSnapshot {
  readonly caughtUp: boolean;
  readonly checkpoint: string;
  readonly eventsFolded: number;
  /** Age of the last event folded; 0 once caught up. */
  readonly lagMs: number;
  /** Between the last two snapshots that were at least a second apart. */
  readonly eventsPerSecond: number;
}

/** How far the projector has come and how fast it goes: readiness, metrics, `/v1/system`. */
@Injectable()
export class ProjectorStatus {
  private since: { readonly atMs: number; readonly eventsFolded: number };
  private eventsPerSecond = 0;
  private readonly visibility = new Latency();

  constructor(
    @Inject(PROJECTOR) private readonly projector: LiveProjection,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() @Inject(Health) health?: Health,
    @Optional() @Inject(Metrics) metrics?: Metrics,
  ) {
    this.since = { atMs: clock(), eventsFolded: 0 };
    health?.register('projections', () =>
      projector.progress().caughtUp
        ? { ready: true }
        : { ready: false, detail: 'The projections are catching up.' },
    );
    metrics?.gauge(
      'flightdeck_projection_lag_seconds',
      'Age of the last event folded, 0 once caught up.',
      () => {
        return projector.lagMs(clock()) / 1_000;
      },
    );
    metrics?.gauge(
      'flightdeck_projection_events',
      'Events folded since the start.',
      () => projector.eventsFolded,
    );
  }

  /** Events recorded at `recordedAtMs` can be read now. */
  visible(recordedAtMs: number): void {
    this.visibility.record(this.clock() - recordedAtMs);
  }

  /** From an event's place in the ledger until it can be read, in milliseconds: of each batch, its oldest event. */
  latency(): LatencyPercentiles | null {
    return this.visibility.percentiles();
  }

  snapshot(): ProjectorSnapshot {
    const { projector } = this;
    const nowMs = this.clock();
    const { eventsFolded } = projector;
    const spanMs = nowMs - this.since.atMs;
    if (spanMs >= RATE_SPAN_MIN_MS) {
      this.eventsPerSecond = ((eventsFolded - this.since.eventsFolded) * 1_000) / spanMs;
      this.since = { atMs: nowMs, eventsFolded };
    }
    const { eventsPerSecond } = this;
    return { ...projector.progress(), eventsFolded, lagMs: projector.lagMs(nowMs), eventsPerSecond };
  }
}
