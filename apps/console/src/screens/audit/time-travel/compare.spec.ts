import { describe, expect, it } from '@jest/globals';
import type { CampaignAsOf, MetricPoint } from '../../../api/generated/types.gen';
import { curvesOf, figuresOf } from './compare';
import { timeSearch } from './search';

const pacing = (todayMicros: number, revision: number) => ({
  ...{ currency: 'USD', spend: { todayMicros, grossTodayMicros: todayMicros, lifetimeMicros: todayMicros } },
  ...{ budget: { todayMicros: 10_000_000 }, expectedMicros: 5, forecastMicros: 6, pacingIndex: 1 },
  ...{ utilization: 0.1, exhaustsAt: null, position: { stream: 'ads-00', revision } },
});
const asOf = (then: number, now: number) =>
  ({
    campaign: { timezone: 'UTC' },
    knownThen: { pacing: pacing(then, 3) },
    knownNow: { pacing: pacing(now, 5) },
  }) as unknown as CampaignAsOf;

describe('what was known', () => {
  it('is told beside what is known now, with the difference to the micro', () => {
    const [today] = figuresOf(asOf(1_000_000, 1_500_001));
    expect(today).toEqual({ name: 'Spent that day', then: '$1.00', now: '$1.50', since: '+0.500001 USD' });
    expect(figuresOf(asOf(2, 1))[0]?.since).toBe('-0.000001 USD');
    expect(figuresOf(asOf(7, 7)).filter(({ since }) => since !== '')).toEqual([]);
  });

  it('would be seen to be mixed up (planted)', () => {
    const told = figuresOf(asOf(1_000_000, 2_000_000))[0];
    const mixed = figuresOf(asOf(2_000_000, 1_000_000))[0];
    expect(mixed).not.toEqual(told);
  });
});

describe('two curves', () => {
  const point = (minute: number, micros: number) =>
    ({ end: new Date(minute * 60_000).toISOString(), spend: { net: { micros } } }) as unknown as MetricPoint;

  it('grow over the same moments', () => {
    const { atMs, then, now } = curvesOf(0, 180_000, [point(1, 5)], [point(1, 5), point(2, 7)]);
    expect(atMs).toEqual([0, 60_000, 120_000, 180_000]);
    expect([then, now]).toEqual([
      [0, 5, 5, 5],
      [0, 5, 12, 12],
    ]);
  });

  it('end at the moment, with the point that it lies in', () => {
    expect(curvesOf(0, 90_000, [], [point(1, 1), point(2, 2)])).toMatchObject({ now: [0, 1, 3] });
  });
});

describe('the address of a moment', () => {
  it('takes times and positions', () => {
    expect(timeSearch({ campaignId: 'c1', asOf: 100 })).toEqual({ campaignId: 'c1', asOf: '100' });
    expect(timeSearch({ asOf: '2026-11-26T14:05:00Z' })).toEqual({ asOf: '2026-11-26T14:05:00Z' });
    expect(timeSearch({ asOf: 'soon' })).toEqual({});
  });
});
