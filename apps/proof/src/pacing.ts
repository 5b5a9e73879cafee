/** While others are busy, at most so much of the time is worked. */
export const SHARE = 0.03;
/** Others are busy when they use more than this of one core. */
const BUSY_CORES = 0.25;
/** Worked before it is asked who else is. */
const STRETCH_MS = 3;
/** A pause is made of such slices, so that rest of the others, and the end, are noticed. */
const SLICE_MS_MAX = 100;
const PAUSE_MS_MIN = 1;

export interface PacingOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly nowMs: () => number;
  /** Milliseconds that this thread has worked. */
  readonly workedMs: () => number;
  /** Milliseconds of processor time that all threads of the process have used. */
  readonly cpuMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** Keeps a thread that hashes from slowing those that append: while they work it mostly waits, and catches up when they rest. */
export class Pacing {
  private since: { readonly now: number; readonly worked: number; readonly cpu: number };

  constructor(private readonly options: PacingOptions) {
    this.since = this.read();
  }

  /** To be called between two pieces of work. Pauses no longer once `signal` is aborted. */
  async breathe(signal: AbortSignal): Promise<void> {
    const worked = this.read().worked - this.since.worked;
    if (worked < STRETCH_MS) return;
    while (!signal.aborted) {
      const now = this.read();
      const passed = now.now - this.since.now;
      const others = now.cpu - this.since.cpu - worked;
      const owedMs = worked / SHARE - passed;
      if (others <= BUSY_CORES * passed || owedMs < PAUSE_MS_MIN) break;
      await this.options.sleep(Math.min(owedMs, SLICE_MS_MAX));
    }
    this.since = this.read();
  }

  private read(): typeof this.since {
    const { nowMs, workedMs, cpuMs } = this.options;
    return { now: nowMs(), worked: workedMs(), cpu: cpuMs() };
  }
}
