import { describe, expect, it } from '@jest/globals';
import { total } from '../money/money.js';
import { dayBounds } from '../time/day.js';
import { HOUR_MS } from '../time/instant.js';
import { dailyBudgetsOf, dailyCap, monthCap } from './caps.js';

const day = dayBounds('America/New_York', '2026-11-22');
const change = (hours: number, units: number) => ({
  effectiveAtMs: day.startMs + hours * HOUR_MS,
  dailyMicros: units * 1_000_000,
});

describe('caps', () => {
  it('daily budget 10→50→5 within one day, twice the highest: 100', () => {
    const budgets = dailyBudgetsOf([change(-48, 10), change(9, 50), change(15, 5)], day);
    expect(budgets).toEqual([10_000_000, 50_000_000, 5_000_000]);
    expect(dailyCap(budgets, { multiple: 2 })).toBe(100_000_000);
  });

  it('what held before the day began or begins after it does not count', () => {
    const budgets = dailyBudgetsOf([change(-72, 500), change(-24, 10), change(0, 20), change(24, 900)], day);
    expect(budgets).toEqual([20_000_000]);
  });

  it('a day without a daily budget has no cap', () => expect(dailyCap([], { multiple: 2 })).toBeUndefined());

  it('daily 5 until 24 Nov, 103 spent by then, changed to 10 a day with 7 days left: 173 for the month', () =>
    expect(monthCap(total(103_000_000), 10_000_000, 7)).toEqual(total(173_000_000)));
});
