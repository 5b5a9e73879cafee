import { describe, expect, it } from '@jest/globals';
import { thinned, withSample, type LatencySample } from './latency-history';

const told = (second: number, p99: number) => ({
  asOf: new Date(second * 1_000).toISOString(),
  latency: {
    ingest: { p50: 1, p90: 2, p99, max: p99, count: 1 },
    ...{ eventToPacing: null, eventToCommand: null },
  },
});

describe('latencies as they went', () => {
  const three = [1, 2, 3].reduce<readonly LatencySample[]>(
    (all, n) => withSample(all, told(n, n * 10), 2),
    [],
  );

  it('keep the newest, each once', () => {
    expect(three.map(({ ingest }) => ingest)).toEqual([20, 30]);
    expect(withSample(three, told(3, 99), 2)).toBe(three);
    expect(three[0]).toMatchObject({ pacing: null, command: null });
  });

  it('would be seen to show the median for the tail (planted)', () => {
    expect(three.map(({ ingest }) => ingest)).not.toContain(told(3, 30).latency.ingest.p50);
  });

  it('are thinned for a table, the newest first and never left out', () => {
    const many = Array.from({ length: 10 }, (_, atMs) => ({ atMs, ingest: 1, pacing: 1, command: 1 }));
    expect(thinned(many, 4).map(({ atMs }) => atMs)).toEqual([9, 6, 3, 0]);
    expect(thinned([], 4)).toEqual([]);
  });
});
