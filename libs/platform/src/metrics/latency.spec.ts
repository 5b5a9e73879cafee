import { describe, expect, it } from '@jest/globals';
import { Latency, LATENCY_SAMPLES_MAX } from './latency.js';

describe('latency', () => {
  it('knows nothing before the first sample', () => {
    expect(new Latency().percentiles()).toBeNull();
  });

  it('orders numbers as numbers', () => {
    const latency = new Latency();
    for (const ms of [100, 9, 20, 1]) latency.record(ms);
    expect(latency.percentiles()).toEqual({ p50: 20, p90: 100, p99: 100, max: 100, count: 4 });
  });

  it('forgets the oldest', () => {
    const latency = new Latency();
    latency.record(1_000_000);
    for (let i = 0; i < LATENCY_SAMPLES_MAX; i++) latency.record(1);
    expect(latency.percentiles()).toMatchObject({ max: 1, count: LATENCY_SAMPLES_MAX + 1 });
  });
});
