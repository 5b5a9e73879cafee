import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exactMoney, inputMoney, money, parseMoney } from './money';
import { index, milliseconds, percent } from './number';
import { paceOf, riskOf } from './pace';
import { matchesAll } from './search';
import { ago, clock, moment } from './time';
import { sentenceOf } from './words';

describe('money', () => {
  it.each([
    [46_940_400, 'USD', '$46.94'],
    [-5_000, 'USD', '-$0.01'],
    [4_500_000_000, 'JPY', '¥4,500'],
    [150_000_000_000, 'EUR', '€150.0K'],
    [null, 'USD', '–'],
  ])('shows %p %s as %s', (micros, currency, shown) => expect(money(micros, currency)).toBe(shown));

  it('is exact to the micro when asked', () => {
    expect(exactMoney(46_940_401, 'USD')).toBe('46.940401 USD');
    expect(exactMoney(-1, 'EUR')).toBe('-0.000001 EUR');
  });

  const roundTrip = (show: (micros: number) => string): void =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_007_199_254_740_991 }), (micros) => {
        expect(parseMoney(show(micros))).toBe(micros);
      }),
    );

  it('comes back from a field as it went in', () => roundTrip(inputMoney));

  it('would notice a field that goes through floating point (planted)', () => {
    expect(() => roundTrip((micros) => (micros / 1_000_000).toFixed(2))).toThrow();
  });

  it.each(['', '0', '-1', '1e3', '1.2345678', 'abc', '1.2.3', '99999999999'])('refuses %j', (typed) => {
    expect(parseMoney(typed)).toBeUndefined();
  });
});

describe('time', () => {
  const at = '2026-11-25T20:05:09.000Z';
  it('is shown in the zone of the campaign', () => {
    expect(clock(at, 'America/New_York')).toBe('15:05');
    expect(moment(at, 'Asia/Tokyo', true)).toBe('26 Nov, 05:05:09');
  });
  it('says how long ago, never in the future', () => {
    const now = Date.parse(at);
    expect([0, 59, 60, 3_599, 3_600, 200_000].map((s) => ago(now - s * 1_000, now))).toEqual([
      ...['0 s', '59 s', '1 min', '59 min', '1 h', '2 d'],
    ]);
    expect(ago(now + 5_000, now)).toBe('0 s');
  });
});

describe('numbers and words', () => {
  it('has units', () => {
    expect([percent(0.7222), index(1.2143), milliseconds(7.84), milliseconds(1_234)]).toEqual([
      ...['72.2 %', '1.21', '7.8 ms', '1.2 s'],
    ]);
  });
  it('makes sentences of names', () => expect(sentenceOf('CampaignPaused')).toBe('Campaign paused'));
  it('finds words in any order', () => {
    expect(matchesAll('Fixed-rate mortgage', 'MORT fix')).toBe(true);
    expect(matchesAll('Fixed-rate mortgage', 'loan')).toBe(false);
  });
});

describe('pace', () => {
  it.each([
    [null, 'none'],
    [0.9, 'on'],
    [1.1, 'on'],
    [1.11, 'over'],
    [0.89, 'under'],
  ] as const)('%p is %s', (value, shape) => expect(paceOf(value).shape).toBe(shape));

  const paced = { status: 'active', pacingIndex: 1, spendMicros: 0, budgetMicros: 100, forecastMicros: 0 };
  it('ranks as the API does: money that is gone weighs double, what is not active does not count', () => {
    expect(riskOf(paced)).toBe(0);
    expect(riskOf({ ...paced, forecastMicros: 150 })).toBe(1);
    expect(riskOf({ ...paced, pacingIndex: 1.4 })).toBeCloseTo(0.3);
    expect(riskOf({ ...paced, status: 'paused', forecastMicros: 150 })).toBe(0);
  });
});
