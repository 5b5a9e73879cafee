import { describe, expect, it } from '@jest/globals';
import type { MetricPoint, Pacing } from '../../api/generated/types.gen';
import { curveOf, localDay, momentsOf, pointAt, spendCurve } from './series';

const HOUR_MS = 3_600_000;

describe('the local day', () => {
  it.each([
    ['2026-11-22T10:00:00Z', 'UTC', '2026-11-22T00:00:00.000Z', 24],
    ['2026-11-22T03:00:00Z', 'America/New_York', '2026-11-21T05:00:00.000Z', 24],
    ['2026-03-08T15:00:00Z', 'America/New_York', '2026-03-08T05:00:00.000Z', 23],
    ['2026-11-01T15:00:00Z', 'America/New_York', '2026-11-01T04:00:00.000Z', 25],
    ['2026-10-25T12:00:00Z', 'Europe/Berlin', '2026-10-24T22:00:00.000Z', 25],
    ['2026-06-01T12:00:00Z', 'Asia/Kolkata', '2026-05-31T18:30:00.000Z', 24],
  ])('of %s in %s begins at %s and has %d hours', (now, zone, from, hours) => {
    const day = localDay(Date.parse(now), zone);
    expect(new Date(day.fromMs).toISOString()).toBe(from);
    expect((day.toMs - day.fromMs) / HOUR_MS).toBe(hours);
  });
});

describe('the curve of a day', () => {
  const day = localDay(Date.parse('2026-11-22T12:00:00Z'), 'UTC');
  const point = (hour: number, micros: number) =>
    ({
      end: new Date(day.fromMs + (hour + 1) * HOUR_MS).toISOString(),
      spend: { net: { micros, nanos: 0 } },
    }) as unknown as MetricPoint;
  const pacing = {
    asOf: '2026-11-22T12:00:00.000Z',
    spend: { todayMicros: 40 },
    ...{ budget: { todayMicros: 100 }, expectedMicros: 50, forecastMicros: 80 },
  } as unknown as Pacing;

  const at = (hour: number) => new Date(day.fromMs + hour * HOUR_MS).toISOString();
  /** Three quarters of the day are expected by noon. */
  const expected = [
    { at: at(0), expectedMicros: 0 },
    { at: at(12), expectedMicros: 75 },
    { at: at(24), expectedMicros: 100 },
  ];

  it('grows by what was spent, and goes to the forecast', () => {
    const curve = spendCurve([point(0, 10), point(5, 20), point(11, 10)], pacing, expected, day);
    expect(curve.spent).toEqual([0, 10, 30, 40, null]);
    expect(curve.forecast).toEqual([null, null, null, 40, 80]);
    expect(curve.budget).toEqual([100, 100, 100, 100, 100]);
  });

  it('expects by the curve of the campaign, before now and after it', () => {
    const evening = [...expected.slice(0, 2), { at: at(18), expectedMicros: 99 }, ...expected.slice(2)];
    const curve = spendCurve([point(5, 20)], pacing, evening, day);
    expect(curve.expected).toEqual([0, 37.5, 75, 99, 100]);
    const by = curveOf(evening);
    expect([day.fromMs, day.fromMs + 6 * HOUR_MS, day.toMs].map(by)).toEqual([0, 37.5, 100]);
    expect(curveOf([])(day.fromMs)).toBeNull();
    const straight = spendCurve(
      [point(5, 20)],
      pacing,
      [evening[0], evening[3]].flatMap((one) => one ?? []),
      day,
    );
    expect(straight.expected).not.toEqual(curve.expected); // planted: a straight line is another
  });

  it('would be seen to count a point twice (planted)', () => {
    const twice = spendCurve([point(0, 10), point(0, 10)], pacing, expected, day);
    const once = spendCurve([point(0, 10)], pacing, expected, day);
    expect(twice.spent).not.toEqual(once.spent);
  });
});

describe('the point behind a place of the chart', () => {
  const point = (start: number) =>
    ({
      start: new Date(start * HOUR_MS).toISOString(),
      end: new Date((start + 1) * HOUR_MS).toISOString(),
    }) as unknown as MetricPoint;
  const points = [point(1), point(4)];

  it('is the one that ends there, or the nearest', () => {
    const startAt = (hour: number) => pointAt(points, hour * HOUR_MS)?.start;
    expect([startAt(2), startAt(4.5), startAt(2.9), startAt(9)]).toEqual(
      [points[0], points[1], points[0], points[1]].map((one) => one?.start),
    );
    expect(pointAt([], 0)).toBeUndefined();
  });
});

describe('what happened', () => {
  it('is told by its name, of that day only', () => {
    const item = (type: string, at: string) => ({ revision: 0, type, at, actor: 'a', data: {} });
    const day = localDay(Date.parse('2026-11-22T12:00:00Z'), 'UTC');
    const history = [
      item('BudgetChanged', '2026-11-22T10:00:00Z'),
      item('CampaignPaused', '2026-11-21T10:00:00Z'),
    ];
    const commands = [{ command: 'AdjustBid', issuedAt: '2026-11-22T09:00:00Z' }] as const;
    expect(momentsOf(history, [...commands], day)).toEqual([
      { atMs: Date.parse('2026-11-22T09:00:00Z'), label: '⚑ Adjust bid' },
      { atMs: Date.parse('2026-11-22T10:00:00Z'), label: 'budget' },
    ]);
  });
});
