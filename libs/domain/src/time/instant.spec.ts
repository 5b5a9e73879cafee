import { writableInstant } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatInstant } from './format-instant.js';
import { parseInstant, type EpochMs } from './instant.js';

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0');

describe('formatting an instant', () => {
  it('writes what Date#toISOString writes', () =>
    fc.assert(
      fc.property(writableInstant(), (ms) => formatInstant(ms) === new Date(ms).toISOString()),
      { numRuns: 5000 },
    ));

  it.each([0, -1, -0, 8.64e15, -8.64e15, 253_402_300_800_000, -62_167_219_200_001])(
    'at the edge %p too',
    (ms) => expect(formatInstant(ms)).toBe(new Date(ms).toISOString()),
  );

  it.each([NaN, Infinity, 8.64e15 + 1])('refuses %p', (ms) =>
    expect(() => formatInstant(ms)).toThrow(RangeError),
  );
});

describe('parsing an instant', () => {
  /** Written with any offset, any fraction and either letter case, the instant comes back, cut to the millisecond. */
  const readsBack = (parse: (text: string) => EpochMs | undefined) => {
    const written = fc
      .record({
        ms: fc.integer({ min: -62_000_000_000_000, max: 253_000_000_000_000 }),
        offset: fc.integer({ min: -1439, max: 1439 }),
        more: fc.stringMatching(/^[0-9]{0,9}$/),
        lower: fc.boolean(),
      })
      .map(({ ms, offset, more, lower }) => {
        const local = new Date(ms + offset * 60_000).toISOString().slice(0, -1);
        const minutes = Math.abs(offset);
        const zone =
          offset === 0
            ? 'Z'
            : `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
        const text = `${local}${more}${zone}`;
        return { ms, text: lower ? text.toLowerCase() : text };
      });
    return fc.property(written, ({ ms, text }) => parse(text) === ms);
  };

  it('reads back what was written with any offset', () =>
    fc.assert(readsBack(parseInstant), { numRuns: 3000 }));
  it('reads back what formatInstant writes', () =>
    fc.assert(fc.property(writableInstant(), (ms) => parseInstant(formatInstant(ms)) === ms)));
  it('the check catches a parser that adds the offset', () => {
    const adding = (text: string): EpochMs | undefined =>
      parseInstant(text.replace(/([+-])(?=\d\d:\d\d$)/, (sign) => (sign === '+' ? '-' : '+')));
    expect(fc.check(readsBack(adding)).failed).toBe(true);
  });

  it.each([
    ['2026-11-22T10:00:00Z', Date.UTC(2026, 10, 22, 10)],
    ['2026-11-22t10:00:00z', Date.UTC(2026, 10, 22, 10)],
    ['2026-11-22T10:00:00-05:00', Date.UTC(2026, 10, 22, 15)],
    ['2026-11-22T10:00:00.1Z', Date.UTC(2026, 10, 22, 10, 0, 0, 100)],
    ['2026-11-22T10:00:00.9999999Z', Date.UTC(2026, 10, 22, 10, 0, 0, 999)],
    ['2024-02-29T23:59:59+00:00', Date.UTC(2024, 1, 29, 23, 59, 59)],
    ['2000-02-29T00:00:00-00:00', Date.UTC(2000, 1, 29)],
    ['1969-12-31T23:59:59.999Z', -1],
  ])('reads %s', (text, ms) => expect(parseInstant(text)).toBe(ms));

  it.each([
    ...[
      '',
      '2026-11-22',
      '2026-11-22T10:00:00',
      '2026-11-22T10:00Z',
      '2026-11-22 10:00:00Z',
      '20261122T100000Z',
    ],
    ...['2026-02-30T00:00:00Z', '2025-02-29T00:00:00Z', '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z'],
    ...['2026-00-01T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-00T00:00:00Z', '2026-01-32T00:00:00Z'],
    ...['2026-11-22T24:00:00Z', '2026-11-22T23:60:00Z', '2026-12-31T23:59:60Z', '2026-11-22T10:00:00.Z'],
    ...[
      '2026-11-22T10:00:00+24:00',
      '2026-11-22T10:00:00+05:60',
      '2026-11-22T10:00:00+0500',
      '2026-11-22T10:00:00+05',
    ],
    ...['2026-11-22T10:00:00Z ', ' 2026-11-22T10:00:00Z', '2026-11-22T10:00:00ZZ', '2026-11-22T10:00:00,5Z'],
    ...['+026-11-22T10:00:00Z', '2026-1a-22T10:00:00Z', '２０２６-11-22T10:00:00Z', '2026-11-22T10:00:00Ź'],
    ...[
      '1793354400000',
      '2026-11-22T10:00:00.5',
      `2026-11-22T10:00:00.${'1'.repeat(64)}Z`,
      'Sun Nov 22 2026 10:00:00',
    ],
  ])('refuses "%s"', (text) => expect(parseInstant(text)).toBeUndefined());

  it('refuses or agrees with Date, whatever the text', () => {
    const character = fc.constantFrom(...Array.from('0123456789-:TZtz.+ '));
    const text = fc.oneof(fc.string({ unit: character, minLength: 18, maxLength: 30 }), mutated());
    fc.assert(
      fc.property(text, (each) => {
        const ms = parseInstant(each);
        return ms === undefined || ms === Date.parse(each.toUpperCase());
      }),
      { numRuns: 5000 },
    );
  });
});

/** A date-time with one character replaced. */
function mutated(): fc.Arbitrary<string> {
  const character = fc.constantFrom(...Array.from('0123456789-:TZtz.+ '));
  return fc
    .tuple(writableInstant(), fc.nat({ max: 23 }), character)
    .map(([ms, at, instead]) => formatInstant(ms).slice(0, at) + instead + formatInstant(ms).slice(at + 1));
}
