import { describe, expect, it } from '@jest/globals';
import { partitionOf } from '@flightdeck/ledger';
import {
  CONTEXT,
  impression,
  NDJSON,
  NOW_MS,
  parsed,
  prepare,
  preparer,
  unpack,
} from '../testing/fixtures.js';

const DAY_MS = 86_400_000;
const at = (ms: number) => new Date(ms).toISOString();

describe('a refused record', () => {
  const reason = (changes: object, context: object = {}) =>
    prepare([impression(changes)], context).refused[0]?.reason;

  it('is late, early, or in another currency', () => {
    expect(reason({ occurredAt: at(NOW_MS - 6 * DAY_MS) })).toBeUndefined();
    expect(reason({ occurredAt: at(NOW_MS - 6 * DAY_MS - 1) })).toBe('too-late');
    expect(reason({ occurredAt: at(NOW_MS - 6 * DAY_MS - 1) }, { acceptFromMs: 0 })).toBeUndefined();
    expect(reason({ occurredAt: at(NOW_MS - 6 * DAY_MS) }, { acceptFromMs: NOW_MS })).toBeUndefined();
    expect(reason({ occurredAt: at(-1) }, { acceptFromMs: 0 })).toBe('too-late');
    expect(reason({ occurredAt: at(NOW_MS + 300_000) })).toBeUndefined();
    expect(reason({ occurredAt: at(NOW_MS + 300_001) })).toBe('in-the-future');
    expect(reason({ price: { model: 'CPM', micros: 1, currency: 'EUR' } })).toBe('currency-mismatch');
    expect(
      reason({ campaignId: 'new', price: { model: 'CPM', micros: 1, currency: 'EUR' } }),
    ).toBeUndefined();
  });

  it.each([
    ['2^53 + 1', '{"micros":9007199254740993}'],
    ['1e400', '{"micros":1e400}'],
    ['a numeric string', '{"micros":"1"}'],
    ['a fraction', '{"micros":0.1}'],
    ['__proto__', '{"__proto__":{"micros":1}}'],
    ['constructor', '{"constructor":{"micros":1}}'],
    ['a huge key', `{"${'k'.repeat(10_000)}":1}`],
    ['a lone surrogate', '{"model":"\\ud800"}'],
  ])('with %s in its price keeps its own bytes, and lets the others through', (_, price) => {
    const text = JSON.stringify(impression({ price: 'PRICE' })).replace('"PRICE"', price);
    const good = JSON.stringify(impression({ eventId: 'good' }));
    const by = preparer();
    for (const body of [`[${good},${text},${good}]`, `${good}\n${text}\n${good}`]) {
      const prepared = by.prepare(parsed(body, body.startsWith('[') ? 'application/json' : NDJSON), CONTEXT);
      expect(unpack(prepared).map(({ ordinal }) => ordinal)).toEqual([0, 2]);
      expect(prepared.refusedOrdinals).toEqual([1]);
      expect(prepared.refused[0]).toMatchObject({
        reason: 'schema',
        partition: partitionOf('c1', 16),
        source: 'http',
        receivedAt: at(NOW_MS),
      });
      expect(Buffer.from(prepared.refused[0]?.bytes ?? []).toString()).toBe(text);
    }
  });

  it('does not keep a card number', () => {
    const { refused } = prepare([impression({ userId: '4111 1111 1111 1111' })]);
    expect(refused[0]?.reason).toBe('schema');
    expect(Buffer.from(refused[0]?.bytes ?? []).toString()).not.toContain('1111');
  });

  it('accounts for every record: prepared or refused', () => {
    const events = [
      impression(),
      1,
      null,
      [],
      {},
      impression({ type: 'win' }),
      impression({ campaignId: '-' }),
      impression({ eventId: 'e2' }),
    ];
    const prepared = prepare(events);
    expect(unpack(prepared).length + prepared.refused.length).toBe(events.length);
    expect([...unpack(prepared).map(({ ordinal }) => ordinal), ...prepared.refusedOrdinals].sort()).toEqual(
      events.map((_, i) => i),
    );
  });

  it('leaves nothing behind for the next request when a request fails', () => {
    let broken = true;
    const by = preparer();
    const failing = parsed(JSON.stringify([impression(), impression()]), 'application/json');
    const trap = new Proxy([...failing.values], {
      get: (values, key) => (key === '1' && broken ? raise() : (Reflect.get(values, key) as unknown)),
    });
    expect(() => by.prepare({ ...failing, values: trap }, CONTEXT)).toThrow('planted');
    broken = false;
    expect(
      unpack(prepare([impression({ eventId: 'next' })], {}, by)).map(({ data }) => data['eventId']),
    ).toEqual(['next']);
  });
});

function raise(): never {
  throw new Error('planted');
}
