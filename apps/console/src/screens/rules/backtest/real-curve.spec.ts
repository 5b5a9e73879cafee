import { describe, expect, it } from '@jest/globals';
import type { MetricPoint, WouldBeCommand } from '../../../api/generated/types.gen';
import { campaignsOf, realCurve, stepFor } from './real-curve';

const HOUR_MS = 3_600_000;
const MIDNIGHT_MS = Date.parse('2026-11-24T05:00:00Z'); // in New York

const hours = (micros: readonly number[]): MetricPoint[] =>
  micros.map((net, at) => {
    const start = new Date(MIDNIGHT_MS + at * HOUR_MS).toISOString();
    const end = new Date(MIDNIGHT_MS + (at + 1) * HOUR_MS).toISOString();
    return { start, end, spend: { net: { micros: net } } } as MetricPoint;
  });
const wouldBe = (hour: number, budgetDailyMicros: number | null, campaignId = 'c'): WouldBeCommand =>
  ({
    at: new Date(MIDNIGHT_MS + hour * HOUR_MS).toISOString(),
    budgetDailyMicros,
    campaignId,
  }) as WouldBeCommand;

describe('the real curve of a range', () => {
  const curve = realCurve(hours(Array.from({ length: 30 }, () => 10)), [], 'America/New_York');

  it('adds up over a local day and begins again at midnight', () => {
    expect(Math.max(...curve.spent)).toBe(240);
    expect(curve.spent.at(-1)).toBe(60);
  });

  it('grows in time, as a chart needs it', () => {
    expect(curve.atMs.every((ms, at) => at === 0 || ms > (curve.atMs[at - 1] ?? 0))).toBe(true);
  });

  it('would be seen to add up over midnight (planted)', () => {
    expect(30 * 10).not.toBe(Math.max(...curve.spent));
  });

  it('has the budget that the commands knew, from when they knew it', () => {
    const { budget } = realCurve(hours([1, 1, 1, 1]), [wouldBe(1, 100), wouldBe(3, 200)], 'America/New_York');
    expect([budget[0], budget.at(-1)]).toEqual([100, 200]);
    expect(realCurve(hours([1]), [wouldBe(0, null)], 'UTC').budget).toEqual([null, null]);
  });
});

it.each([
  [12, '1m'],
  [48, '5m'],
  [24 * 30, '1h'],
  [24 * 90, '1d'],
])('%d hours are drawn in steps of %s', (span, step) => expect(stepFor(0, span * HOUR_MS)).toBe(step));

it('puts the campaign with the most commands first', () => {
  const variants = [{ items: [wouldBe(1, 1, 'a'), wouldBe(1, 1, 'b')] }, { items: [wouldBe(1, 1, 'b')] }];
  expect(campaignsOf(variants)).toEqual([
    { campaignId: 'b', commands: 2 },
    { campaignId: 'a', commands: 1 },
  ]);
});
