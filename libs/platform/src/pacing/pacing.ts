/** A pause is made of such slices, so that rest of the others, and the end, are noticed. */
const SLICE_MS_MAX = 100;
const PAUSE_MS_MIN = 1;

export interface PacingOptions {
  /** While others are busy, at most so much of the time is worked: above 0, at most 1. */
  readonly share: number;
  /** Others are busy when they use more than so many cores. */
  readonly busyCores: number;
  /** Worked before it is asked who else is. */
  readonly stretchMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
  /** Milliseconds that the caller has worked. */
  readonly workedMs: () => number;
  /** Milliseconds of processor time that the others and the caller have used. */
  readonly cpuMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Keeps work that can wait from slowing work that cannot: while others are busy it mostly waits, and catches up when they rest. */
export class Pacing {
  private since: { readonly now: number; readonly worked: number; readonly cpu: number };

  constructor(private readonly options: PacingOptions) {
    this.since = this.read();
  }

  /** To be called between two pieces of work. Pauses no longer once `signal` is aborted. */
  async breathe(signal: AbortSignal): Promise<void> {
    const { share, busyCores, stretchMs, workedMs, sleep } = this.options;
    const worked = workedMs() - this.since.worked;
    if (worked < stretchMs) return;
    while (!signal.aborted) {
      const now = this.read();
      const passed = now.now - this.since.now;
      const others = now.cpu - this.since.cpu - worked;
      const owedMs = worked / share - passed;
      if (others <= busyCores * passed || owedMs < PAUSE_MS_MIN) break;
      await sleep(Math.min(owedMs, SLICE_MS_MAX));
    }
    this.since = this.read();
  }

  private read(): typeof this.since {
    const { nowMs, workedMs, cpuMs } = this.options;
    return { now: nowMs(), worked: workedMs(), cpu: cpuMs() };
  }
}
