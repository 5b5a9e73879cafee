import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './cursor.js';

const asNumber = (place: unknown) => (typeof place === 'number' ? place : undefined);

describe('a cursor', () => {
  it('comes back as it was, and fits a URL', () => {
    fc.assert(
      fc.property(fc.integer(), (place) => {
        expect(decodeCursor(encodeCursor(place), asNumber)).toBe(place);
        expect(encodeURIComponent(encodeCursor(place))).toBe(encodeCursor(place));
      }),
    );
  });

  it('is refused with 400 when it is not one of ours, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const place = ((): unknown => {
          try {
            return decodeCursor(text, asNumber);
          } catch (error) {
            expect(error).toMatchObject({ status: 400, code: 'cursor' });
            return 0;
          }
        })();
        expect(typeof place).toBe('number');
      }),
    );
    expect(() => decodeCursor(encodeCursor('x'), asNumber)).toThrow('cursor');
    expect(() => decodeCursor('1'.repeat(2000), asNumber)).toThrow('cursor');
  });
});
