import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { adEventSchema } from './schema.js';
import { looksLikeCardNumber } from './card-number.js';
import { compilePattern, IDENTIFIER, printablePattern } from './patterns.js';
import { invalidAdEvent, isWireAdEvent } from './validator.js';

const impression = {
  eventId: 'e1',
  type: 'impression',
  occurredAt: '2026-11-22T10:00:00Z',
  campaignId: 'c1',
  price: { model: 'CPM', micros: 1_250_000, currency: 'USD' },
};
const adjustment = {
  type: 'adjustment',
  occurredAt: '2026-11-22T10:00:00+05:30',
  campaignId: 'c1',
  amountMicros: -1,
  currency: 'EUR',
  reason: 'ivt',
  originalEventId: 'e1',
};
const good: readonly unknown[] = [
  impression,
  adjustment,
  { type: 'view', occurredAt: '2026-11-22T10:00:00.123456Z', campaignId: 'c1', impressionId: 'i1' },
  {
    type: 'click',
    occurredAt: '2026-02-28T23:59:59-11:00',
    campaignId: 'c:1',
    clickId: 'k',
    price: { model: 'CPC', micros: 0, currency: 'JPY' },
  },
  {
    type: 'conversion',
    occurredAt: '2026-11-22T10:00:00Z',
    campaignId: 'c1',
    conversionId: 'v',
    orderId: 'o',
    valueMicros: 9007199254740991,
  },
  {
    type: 'spend',
    occurredAt: '2026-11-22T10:00:00Z',
    campaignId: 'c1',
    amountMicros: -9007199254740991,
    currency: 'USD',
    period: { start: '2026-11-21T00:00:00Z', end: '2026-11-22T00:00:00Z' },
  },
  {
    ...impression,
    eventId: '日本 "é" \\ 😀',
    userId: 'Ünïcode user',
    labels: { 'a.b': '', c: 'd' },
    ivt: 'sivt',
  },
];

const bad: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['null', null],
  ['an array', [impression]],
  ['a number', 5],
  ['no type', { ...impression, type: undefined }],
  ['an unknown type', { ...impression, type: 'win' }],
  ['a type of another type', { ...impression, type: 1 }],
  ['an unknown field', { ...impression, bid: 1 }],
  [
    '__proto__',
    JSON.parse(
      '{"type":"impression","occurredAt":"2026-11-22T10:00:00Z","campaignId":"c1","__proto__":{"price":1}}',
    ),
  ],
  ['constructor', { ...impression, constructor: 1 }],
  ['__proto__ in labels', { ...impression, labels: JSON.parse('{"__proto__":"x"}') as unknown }],
  ['constructor in labels', { ...impression, labels: JSON.parse('{"constructor":"x"}') as unknown }],
  ['a nested label', { ...impression, labels: { a: { b: 'c' } } }],
  [
    'too many labels',
    { ...impression, labels: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`k${n}`, 'v'])) },
  ],
  [
    '2^53 + 1',
    {
      ...impression,
      price: { model: 'CPM', micros: JSON.parse('9007199254740993') as number, currency: 'USD' },
    },
  ],
  [
    '1e400',
    { ...impression, price: { model: 'CPM', micros: JSON.parse('1e400') as number, currency: 'USD' } },
  ],
  ['a numeric string', { ...impression, price: { model: 'CPM', micros: '1', currency: 'USD' } }],
  ['a fraction', { ...impression, price: { model: 'CPM', micros: 0.5, currency: 'USD' } }],
  ['a negative price', { ...impression, price: { model: 'CPM', micros: -1, currency: 'USD' } }],
  ['a price of another model', { ...impression, price: { model: 'CPC', micros: 1, currency: 'USD' } }],
  ['a currency in small letters', { ...impression, price: { model: 'CPM', micros: 1, currency: 'usd' } }],
  ['an empty eventId', { ...impression, eventId: '' }],
  ['an eventId of 129', { ...impression, eventId: 'x'.repeat(129) }],
  ['a control character in eventId', { ...impression, eventId: 'a\u0000b' }],
  ['a lone surrogate', { ...impression, eventId: '\ud800' }],
  ['a campaignId that begins with a dash', { ...impression, campaignId: '-c' }],
  ['a campaignId with a newline at its end', { ...impression, campaignId: 'c1\n' }],
  ['a huge campaignId', { ...impression, campaignId: 'c'.repeat(100_000) }],
  ['30 February', { ...impression, occurredAt: '2026-02-30T10:00:00Z' }],
  ['a local time', { ...impression, occurredAt: '2026-02-20T10:00:00' }],
  ['a time as a number', { ...impression, occurredAt: 1_795_000_000_000 }],
  ['a card number', { ...impression, userId: '4111 1111 1111 1111' }],
  ['a view of nothing', { type: 'view', occurredAt: '2026-11-22T10:00:00Z', campaignId: 'c1' }],
  [
    'a conversion without its id',
    { type: 'conversion', occurredAt: '2026-11-22T10:00:00Z', campaignId: 'c1' },
  ],
  [
    'a spend without a currency',
    { type: 'spend', occurredAt: '2026-11-22T10:00:00Z', campaignId: 'c1', amountMicros: 1 },
  ],
  ['an adjustment of nothing', { ...adjustment, originalEventId: undefined }],
  ['an adjustment for no known reason', { ...adjustment, reason: 'because' }],
]);

describe('the ad event schema', () => {
  it.each(good.map((event) => [JSON.stringify(event).slice(0, 80), event]))('takes %s', (_, event) => {
    expect(invalidAdEvent(event)).toBeUndefined();
    expect(adEventSchema.safeParse(event).success).toBe(true);
  });

  it.each([...bad])('refuses %s', (_, event) => {
    expect(invalidAdEvent(event)).toMatch(/\.$/);
    expect(adEventSchema.safeParse(event).success).toBe(false);
  });

  it('says where and what is wrong', () => {
    expect(invalidAdEvent({ ...impression, price: { model: 'CPM', micros: '1', currency: 'USD' } })).toBe(
      '/price/micros must be integer.',
    );
    expect(invalidAdEvent({ ...impression, bid: 1 })).toBe(
      'The event must NOT have additional properties ("bid").',
    );
  });
});

/** Any good event with some of its fields replaced by anything, or anything added. */
const mutated = fc
  .record({
    event: fc.constantFrom(...good),
    changes: fc.dictionary(
      fc.oneof(
        fc.constantFrom(
          'type',
          'eventId',
          'price',
          'labels',
          'userId',
          'amountMicros',
          'occurredAt',
          'period',
        ),
        fc.string(),
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('impression', 'spend', '2026-11-22T10:00:00Z', '4111111111111111'),
      ),
      { maxKeys: 2 },
    ),
  })
  .map(({ event, changes }) => JSON.parse(JSON.stringify({ ...(event as object), ...changes })) as unknown);

const agrees = (event: unknown, validator: (value: unknown) => boolean) =>
  validator(event) === adEventSchema.safeParse(event).success;

describe('zod and ajv', () => {
  it('say the same of any value', () => {
    fc.assert(
      fc.property(fc.oneof(mutated, fc.jsonValue()), (event) => agrees(event, isWireAdEvent)),
      { numRuns: 2000 },
    );
  });

  it('would be caught disagreeing', () => {
    const lenient = (event: unknown) =>
      isWireAdEvent(event) || (event as { type?: unknown } | null)?.type === 'spend';
    const result = fc.check(
      fc.property(mutated, (event) => agrees(event, lenient)),
      { numRuns: 2000 },
    );
    expect(result.failed).toBe(true);
  });
});

describe('a compiled pattern', () => {
  const texts = fc.oneof(
    fc.string({
      unit: fc.constantFrom('a', 'Z', '9', '.', '_', ':', '-', ' ', '~', '\u007f', '\n', 'é', '\ud800', '😀'),
      maxLength: 6,
    }),
    fc.integer({ min: 120, max: 140 }).map((length) => 'x'.repeat(length)),
  );
  const patterns = [IDENTIFIER, printablePattern(1, 128), printablePattern(0, 3), /^(?!(?:constructor)$)a/u];
  const disagrees = (compile: typeof compilePattern) =>
    fc.check(
      fc.property(
        texts,
        fc.constantFrom(...patterns),
        (text, pattern) => compile(pattern.source, 'u').test(text) === pattern.test(text),
      ),
      { numRuns: 2000 },
    ).failed;

  it('knows the same texts as its regular expression', () => {
    expect(disagrees(compilePattern)).toBe(false);
  });

  it('would be caught taking any text', () => {
    expect(disagrees(Object.assign(() => ({ test: () => true }), { code: '' }))).toBe(true);
  });
});

describe('what looks like a card number', () => {
  it.each([
    '4111111111111111',
    '4111-1111-1111-1111',
    '378282246310005',
    '6304000000000000',
    '4222222222222',
  ])('%s does', (text) => {
    expect(looksLikeCardNumber(text)).toBe(true);
  });
  it.each([
    '4111111111111112',
    '20073966',
    '4111--1111-1111-1111',
    ' 4111111111111111',
    'u4111111111111111',
    '',
  ])('%s does not', (text) => {
    expect(looksLikeCardNumber(text)).toBe(false);
  });
});
