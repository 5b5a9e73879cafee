/** Samples that percentiles are taken over: the newest. */
export const LATENCY_SAMPLES_MAX = 4_096;

/** Milliseconds over the newest samples. */
export interface LatencyPercentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Samples since the start. */
  readonly count: number;
}

/** How long something takes: a ring of the newest samples, so that recording costs next to nothing. */
export class Latency {
  private readonly samples = new Float64Array(LATENCY_SAMPLES_MAX);
  private count = 0;

  record(ms: number): void {
    this.samples[this.count % LATENCY_SAMPLES_MAX] = ms;
    this.count += 1;
  }

  /** Null before the first sample. */
  percentiles(): LatencyPercentiles | null {
    if (this.count === 0) return null;
    const sorted = this.samples.slice(0, Math.min(this.count, LATENCY_SAMPLES_MAX)).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0, count: this.count };
  }
}
