import { anyCounters } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addCounters, EMPTY_COUNTERS } from './counters.js';

describe('counters', () => {
  it('add up in any order and grouping', () =>
    fc.assert(
      fc.property(anyCounters(), anyCounters(), anyCounters(), (a, b, c) => {
        expect(addCounters(addCounters(a, b), c)).toEqual(addCounters(c, addCounters(b, a)));
      }),
    ));

  it('stay as they are with nothing added', () =>
    fc.assert(
      fc.property(anyCounters(), (counters) => {
        expect(addCounters(counters, EMPTY_COUNTERS)).toEqual(counters);
      }),
    ));

  it('add every field', () =>
    fc.assert(
      fc.property(anyCounters(), anyCounters(), (a, b) => {
        const sum = addCounters(a, b);
        expect(Object.keys(sum)).toEqual(Object.keys(EMPTY_COUNTERS));
        expect(sum.impressions).toBe(a.impressions + b.impressions);
        expect(sum.attributedConversions).toBe(a.attributedConversions + b.attributedConversions);
      }),
    ));
});
