import { describe, expect, it } from '@jest/globals';
import { Latency, LATENCY_SAMPLES_MAX, type LatencyPercentiles } from './latency.js';

function percentilesOf(latency: Latency): LatencyPercentiles | null {
  for (const ms of [100, 9, 20, 1]) latency.record(ms);
  return latency.percentiles();
}

describe('latency', () => {
  it('knows nothing before the first sample', () => {
    expect(new Latency().percentiles()).toBeNull();
  });

  it('orders numbers as numbers', () => {
    expect(percentilesOf(new Latency())).toEqual({ p50: 20, p90: 100, p99: 100, max: 100, count: 4 });
  });

  it('is caught when it orders them as text (planted)', () => {
    class TextLatency extends Latency {
      private readonly texts: string[] = [];
      override record(ms: number): void {
        this.texts.push(String(ms));
        super.record(ms);
      }
      override percentiles(): LatencyPercentiles | null {
        const known = super.percentiles();
        return known === null ? null : { ...known, max: Number(this.texts.sort().at(-1)) };
      }
    }
    expect(percentilesOf(new TextLatency())?.max).toBe(9);
  });

  it('forgets the oldest', () => {
    const latency = new Latency();
    latency.record(1_000_000);
    for (let i = 0; i < LATENCY_SAMPLES_MAX; i++) latency.record(1);
    expect(latency.percentiles()).toMatchObject({ max: 1, count: LATENCY_SAMPLES_MAX + 1 });
  });
});
