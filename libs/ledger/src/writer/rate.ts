const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 5_000;
/** Weight of the newest measurement. */
const NEWEST = 0.2;

/** How fast a writer drains its queue, to tell callers when to come back. It decides nothing else, so it reads its own clock. */
export class Rate {
  private eventsPerMs = 0;
  private lastMs = performance.now();

  /** `events` were settled since the last call. */
  add(events: number): void {
    const nowMs = performance.now();
    const rate = events / Math.max(nowMs - this.lastMs, 0.01);
    this.eventsPerMs = this.eventsPerMs === 0 ? rate : this.eventsPerMs * (1 - NEWEST) + rate * NEWEST;
    this.lastMs = nowMs;
  }

  /** Milliseconds that so many events will likely take, within sensible bounds. */
  msFor(events: number): number {
    const ms = this.eventsPerMs === 0 ? RETRY_MAX_MS : events / this.eventsPerMs;
    return Math.round(Math.min(Math.max(ms, RETRY_MIN_MS), RETRY_MAX_MS));
  }
}
