import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AdEvent, Price } from '../ad-event/ad-event.js';
import { accumulator } from './accumulator.js';
import { addCostInto, costOf } from './cost.js';
import { total, ZERO } from './money.js';

const common = { eventId: 'e', occurredAt: '2026-11-22T10:00:00.000Z', campaignId: 'c' };
const priced = (model: Price['model'], micros: number): AdEvent => ({
  ...common,
  type: 'impression',
  price: { model, micros, currency: 'USD' },
});
const spend = (amountMicros: number): AdEvent => ({
  ...common,
  type: 'spend',
  amountMicros,
  currency: 'USD',
});
const adjustment = (amountMicros: number): AdEvent => ({
  ...common,
  type: 'adjustment',
  reason: 'reconciliation',
  amountMicros,
  currency: 'USD',
});

describe('the cost of an event', () => {
  it('is exact: 1,000 impressions at CPM 1,250,001 micros cost 1,250,001 micros', () => {
    const event = priced('CPM', 1_250_001);
    expect(costOf(event)).toEqual({ micros: 1250, nanos: 1 });
    const sum = accumulator();
    for (let i = 0; i < 1000; i += 1) addCostInto(sum, event);
    expect(sum).toEqual({ micros: 1_250_001, nanos: 0 });
  });

  it('is m nanos for a CPM or vCPM price of m micros', () => {
    expect(costOf(priced('CPM', 7))).toEqual({ micros: 0, nanos: 7 });
    expect(costOf(priced('vCPM', 12_345))).toEqual({ micros: 12, nanos: 345 });
  });

  it('is the price for CPC and CPA', () => {
    expect(costOf(priced('CPC', 450_000))).toEqual(total(450_000));
    expect(costOf(priced('CPA', 15_000_000))).toEqual(total(15_000_000));
  });

  it('is the amount of a spend or an adjustment, signed', () => {
    expect(costOf(spend(99))).toEqual(total(99));
    expect(costOf(adjustment(-42))).toEqual(total(-42));
  });

  it('is nothing without a price', () => expect(costOf({ ...common, type: 'click' })).toEqual(ZERO));

  it('adds in place what it is', () => {
    const anyEvent = fc.oneof(
      fc
        .tuple(fc.constantFrom<Price['model']>('CPM', 'vCPM', 'CPC', 'CPA'), fc.nat())
        .map(([m, p]) => priced(m, p)),
      fc.nat().map(spend),
      fc.integer().map(adjustment),
    );
    fc.assert(
      fc.property(anyEvent, (event) => {
        const sum = accumulator();
        addCostInto(sum, event);
        expect(sum).toEqual(costOf(event));
      }),
    );
  });
});
