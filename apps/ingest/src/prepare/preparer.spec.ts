import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { AD_EVENT_TYPES } from '@flightdeck/domain';
import { adEventStoreId, openUserKeys, partitionOf } from '@flightdeck/ledger';
import fc from 'fast-check';
import { ledgerIdentity } from './ledger-identity.js';
import { Preparer } from './preparer.js';
import {
  CONTEXT,
  impression,
  pseudonymOf,
  USER_KEYS,
  NEW_YORK,
  NOW_MS,
  parsed,
  prepare,
  preparer,
  unpack,
} from '../testing/fixtures.js';

const HOUR_MS = 3_600_000;
const at = (ms: number) => new Date(ms).toISOString();

const everyType = [
  impression({
    advertiserId: 'a',
    adGroupId: 'g',
    creativeId: 'cr',
    placementId: 'p',
    exchange: 'x "1"',
    auctionId: 'au',
    device: 'tv',
    country: 'USA',
    region: 'é\\',
    ivt: 'givt',
    labels: { b: '2', a: '"1"' },
  }),
  {
    eventId: 'v',
    type: 'view',
    occurredAt: '2026-11-22T10:00:00+02:00',
    campaignId: 'c1',
    impressionId: 'i',
  },
  {
    eventId: 'k',
    type: 'click',
    occurredAt: '2026-11-22T10:00:00.5Z',
    campaignId: 'c1',
    clickId: 'k',
    userId: 'user 1',
  },
  {
    eventId: 'o',
    type: 'conversion',
    occurredAt: '2026-11-22T10:00:00Z',
    campaignId: 'c1',
    conversionId: 'o',
    orderId: '1',
    valueMicros: -5,
    price: { model: 'CPA', micros: 9007199254740991, currency: 'USD' },
  },
  {
    eventId: 's',
    type: 'spend',
    occurredAt: '2026-11-22T10:00:00Z',
    campaignId: 'c1',
    amountMicros: -0,
    currency: 'USD',
    period: { start: '2026-11-21T00:00:00Z', end: '2026-11-22T00:00:00Z' },
  },
  {
    eventId: 'a',
    type: 'adjustment',
    occurredAt: '2026-11-22T10:00:00Z',
    campaignId: 'c1',
    amountMicros: -7,
    currency: 'USD',
    reason: 'ivt',
    originalEventId: 'e"1',
    originalPeriod: { start: '2026-11-21T00:00:00Z', end: '2026-11-22T00:00:00Z' },
  },
];

describe('a prepared event', () => {
  it('says what the producer said, and what enrichment added', () => {
    const events = unpack(prepare(everyType));
    expect(events.map(({ type }) => AD_EVENT_TYPES[type])).toEqual(everyType.map(({ type }) => type));
    events.forEach(({ data, text }, i) => {
      const { enriched, ...said } = data;
      const sent = everyType[i] as Record<string, unknown>;
      const userId = sent['userId'] === undefined ? {} : { userId: pseudonymOf(sent['userId'] as string) };
      const amount = sent['type'] === 'spend' ? { amountMicros: 0 } : {};
      expect(said).toEqual({
        ...sent,
        occurredAt: at(Date.parse(sent['occurredAt'] as string)),
        ...userId,
        ...amount,
      });
      expect(enriched).toEqual({ day: '2026-11-22', currency: 'USD' });
      expect(text.startsWith(`{"eventId":${JSON.stringify(sent['eventId'])},"type":`)).toBe(true);
    });
  });

  it('has the ids and the partition that the ledger gives', () => {
    const [event] = unpack(prepare([impression()]));
    expect(event?.id).toBe(adEventStoreId('e1').replaceAll('-', ''));
    expect(event?.partition).toBe(partitionOf('c1', 16));
    expect(event?.metadata).toEqual({
      source: 'http',
      receivedAt: at(NOW_MS),
      correlationId: 'c-1',
      payloadHash: event?.payloadHash,
    });
  });

  it('is the same whatever the order of keys, the offset, or the moment of receipt', () => {
    const one = impression({ labels: { a: '1', b: '2' }, userId: 'u' });
    const other = Object.fromEntries(
      Object.entries({
        ...one,
        labels: { b: '2', a: '1' },
        occurredAt: '2026-11-22T05:00:00.000-05:00',
      }).reverse(),
    );
    const [first] = unpack(prepare([one]));
    const [second] = unpack(prepare([other], { receivedAtMs: NOW_MS + HOUR_MS }));
    expect(second).toMatchObject({ id: first?.id, payloadHash: first?.payloadHash, text: first?.text });
  });

  it('hashes any difference', () => {
    const hashes = [
      {},
      { price: undefined },
      { userId: 'u' },
      { userId: 'v' },
      { labels: {} },
      { occurredAt: '2026-11-22T10:00:00.001Z' },
    ].map((changes) => unpack(prepare([impression(changes)]))[0]?.payloadHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    const canonical =
      '{"eventId":"e1","type":"impression","occurredAt":"2026-11-22T10:00:00.000Z","campaignId":"c1","price":{"model":"CPM","micros":1250000,"currency":"USD"}';
    expect(hashes[0]).toBe(createHash('sha1').update(canonical).digest('hex').slice(0, 16));
    expect(hashes[0]).toBe('058868e2f10dd0db'); // fixed for ever: it is stored with every event
  });

  it('survives being cut into batches in any way', () => {
    const events = Array.from({ length: 40 }, (_, i) =>
      impression({ eventId: `e${i}`, campaignId: `c${i % 7}`, device: i % 3 === 0 ? 'é' : 'tv' }),
    );
    const whole = unpack(prepare(events)).map(({ id, text, partition, payloadHash }) => ({
      id,
      text,
      partition,
      payloadHash,
    }));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), (size) => {
        const by = preparer();
        const pieces = Array.from({ length: Math.ceil(events.length / size) }, (_, i) =>
          events.slice(i * size, (i + 1) * size),
        );
        const cut = pieces.flatMap((piece) => unpack(prepare(piece, {}, by)));
        expect(
          cut.map(({ id, text, partition, payloadHash }) => ({ id, text, partition, payloadHash })),
        ).toEqual(whole);
      }),
    );
  });

  it('without an id gets one from its place, which a retry finds again', () => {
    const events = [impression({ eventId: undefined }), impression({ eventId: undefined })];
    const ids = (context: object, list = events) =>
      unpack(prepare(list, context)).map(({ data }) => data['eventId']);
    expect(ids({})).toEqual(ids({ receivedAtMs: NOW_MS + 1, correlationId: 'retry' }));
    expect(
      new Set([
        ...ids({}),
        ...ids({}, [...events, impression()]),
        ...ids({ position: 'key:1' }),
        ...ids({ position: 'key:2' }),
      ]).size,
    ).toBe(9);
    expect(ids({ position: 'key:1' })).toEqual(ids({ position: 'key:1' }, [...events].reverse()));
    expect(unpack(prepare(events, { position: 'key:1' }))[1]?.metadata['position']).toBe('key:1#1');
  });
});

describe('the day of an event', () => {
  const enriched = (changes: object, context: object = {}) =>
    unpack(prepare([impression(changes)], context))[0]?.data.enriched;

  it('is the one of the campaign’s zone', () => {
    expect(enriched({ occurredAt: '2026-11-22T04:59:59Z' })).toEqual({ day: '2026-11-21', currency: 'USD' });
    expect(enriched({ occurredAt: '2026-11-22T05:00:00Z' })).toEqual({ day: '2026-11-22', currency: 'USD' });
  });

  it('is the UTC day of a campaign that nobody registered', () => {
    expect(enriched({ campaignId: 'new', occurredAt: '2026-11-22T04:59:59Z' })).toEqual({
      day: '2026-11-22',
      currency: 'USD',
      unregistered: true,
    });
    expect(enriched({ campaignId: 'new', price: undefined })).toEqual({
      day: '2026-11-22',
      unregistered: true,
    });
  });

  it('is today once its own has been closed for 48 hours', () => {
    const closesMs = Date.UTC(2026, 10, 20, 5); // midnight in New York after the 19th
    const occurredAt = at(closesMs - 1);
    const receivedAtMs = closesMs + 48 * HOUR_MS;
    expect(enriched({ occurredAt }, { receivedAtMs })).toEqual({ day: '2026-11-19', currency: 'USD' });
    expect(enriched({ occurredAt }, { receivedAtMs: receivedAtMs + 1 })).toEqual({
      day: '2026-11-22',
      currency: 'USD',
      lateFor: '2026-11-19',
    });
    expect(enriched({ occurredAt }, { receivedAtMs: receivedAtMs + 1, acceptFromMs: 0 })).toEqual({
      day: '2026-11-19',
      currency: 'USD',
    });
  });

  it('follows a campaign that is registered later', () => {
    const campaigns = new Map<string, typeof NEW_YORK>();
    const by = new Preparer(ledgerIdentity(16, openUserKeys(USER_KEYS)), (campaignId) =>
      campaigns.get(campaignId),
    );
    const enrichedNow = () =>
      unpack(prepare([impression({ occurredAt: '2026-11-22T04:00:00Z' })], {}, by))[0]?.data.enriched;
    expect(enrichedNow()).toEqual({ day: '2026-11-22', currency: 'USD', unregistered: true });
    campaigns.set('c1', NEW_YORK);
    expect(enrichedNow()).toEqual({ day: '2026-11-21', currency: 'USD' });
  });

  it('carries the profile, or that it is not known', () => {
    const events = [
      impression({ userId: 'a' }),
      impression({ userId: 'b' }),
      impression({ userId: 'c' }),
      impression(),
    ];
    const profiles = new Map<string, 'unknown' | Record<string, string>>([
      ['a', { segment: 's"1' }],
      ['b', 'unknown'],
    ]);
    const prepared = preparer().prepare(parsed(JSON.stringify(events), 'application/json'), CONTEXT, {
      profiles,
    });
    expect(unpack(prepared).map(({ data }) => data.enriched['profile'])).toEqual([
      { segment: 's"1' },
      'unknown',
      undefined,
      undefined,
    ]);
  });
});
