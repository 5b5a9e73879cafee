import { describe, expect, it } from '@jest/globals';
import { RECORDED_TYPE } from '@flightdeck/domain';
import { adTraffic } from '@flightdeck/testing';
import fc from 'fast-check';
import { type AdFact, emptyFact } from './ad-fact.js';
import { AdFactReader } from './ad-fact-reader.js';
import { FastReader } from './fast-reader.js';
import { readParsed } from './read-parsed.js';

const TAIL = ',"enriched":{"day":"2026-11-22"}}';
const METADATA = { source: 'http', receivedAt: '2026-11-22T10:00:00.000Z', payloadHash: '0123456789abcdef' };

/** Stored events of every type, with text of any kind where a producer may write it. */
const stored = fc
  .record({
    seed: fc.nat(),
    labels: fc.option(fc.dictionary(fc.string(), fc.string({ unit: 'binary' }))),
    exchange: fc.option(fc.string({ unit: 'binary' })),
    userId: fc.option(fc.string({ unit: 'grapheme', minLength: 1 })),
    enriched: fc.record(
      {
        day: fc.constantFrom('2026-11-22', '2026-11-21'),
        currency: fc.constantFrom('USD', 'JPY'),
        unregistered: fc.constant(true as const),
        lateFor: fc.constant('2026-10-01'),
        profile: fc.dictionary(fc.string(), fc.string()),
      },
      { requiredKeys: ['day'] },
    ),
  })
  .map(({ seed, enriched, ...texts }) => {
    const [event] = adTraffic(seed, 'c', 1).sent;
    if (event === undefined) throw new Error('Traffic of one event has one.');
    const given = Object.fromEntries(Object.entries(texts).filter(([, value]) => value !== null));
    return { ...event, ...given, enriched };
  });

/** How many of random events `read` understood. @throws when it understood one otherwise than JSON.parse does. */
function agreements(read: (data: Uint8Array, fact: AdFact) => boolean): number {
  let understood = 0;
  const agrees = fc.property(stored, (event) => {
    const data = Buffer.from(JSON.stringify(event));
    const quick = { ...emptyFact(), type: event.type };
    const sure = { ...emptyFact(), type: event.type };
    if (!read(data, quick)) return;
    understood += 1;
    readParsed(data, sure);
    expect(quick).toEqual(sure);
  });
  fc.assert(agrees, { numRuns: 500 });
  return understood;
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

describe('reading a recorded ad event', () => {
  it('reads the same fact the fast way, wherever that way understands it', () => {
    const fast = new FastReader();
    expect(agreements((data, fact) => fast.read(viewOf(data), 0, data.length, fact))).toBeGreaterThan(100);
  });

  it('notices when the fast way is wrong', () => {
    const fast = new FastReader();
    const forgetful = (data: Uint8Array, fact: AdFact): boolean => {
      const understood = fast.read(viewOf(data), 0, data.length, fact);
      fact.unregistered = false;
      return understood;
    };
    expect(() => agreements(forgetful)).toThrow();
  });

  it.each([
    ['white space', (json: string) => json.replace(':', ': ')],
    ['an escape in an id', (json: string) => json.replace('"campaignId":"c', '"campaignId":"\\u0063')],
    ['another form of the time', (json: string) => json.replace('.000Z', '.000+00:00')],
    [
      'another order of the keys',
      (json: string) => `{"enriched":{"day":"2026-11-22"},${json.slice(1).replace(TAIL, '}')}`,
    ],
  ])('reads %s all the same', (_, rewrite) => {
    const event = {
      ...{
        eventId: 'e1',
        type: 'click',
        occurredAt: '2026-11-22T10:00:00.000Z',
        campaignId: 'c-1',
        clickId: 'k1',
      },
      enriched: { day: '2026-11-22' },
    };
    const read = (json: string) => {
      const fact = emptyFact();
      const place = { id: 'x', type: RECORDED_TYPE.click, stream: 'ads-03', revision: 7, recordedAtMs: 0 };
      const metadata = Buffer.from(JSON.stringify(METADATA));
      new AdFactReader().read({ ...place, data: Buffer.from(json), metadata }, fact);
      return fact;
    };
    const json = JSON.stringify(event);
    expect(read(rewrite(json))).toEqual(read(json));
    expect(read(json)).toMatchObject({ partition: 3, revision: 7, campaignId: 'c-1', source: 'http' });
  });

  it.each([
    ['no JSON', RECORDED_TYPE.click, '{"eventId":'],
    [
      'no instant',
      RECORDED_TYPE.click,
      '{"campaignId":"c","occurredAt":"now","enriched":{"day":"2026-11-22"}}',
    ],
  ])('refuses what is %s', (_, type, json) => {
    const stored = { id: 'x', type, stream: 'ads-00', revision: 0, recordedAtMs: 0 };
    const metadata = Buffer.from(JSON.stringify(METADATA));
    expect(() =>
      new AdFactReader().read({ ...stored, data: Buffer.from(json), metadata }, emptyFact()),
    ).toThrow();
  });

  it('tells sources apart', () => {
    const reader = new AdFactReader();
    const data = Buffer.from(
      '{"campaignId":"c","occurredAt":"2026-11-22T10:00:00.000Z","enriched":{"day":"2026-11-22"}}',
    );
    const sources = ['http', 'http', 'kine', 'http'].map((source) => {
      const fact = emptyFact();
      const metadata = Buffer.from(JSON.stringify({ ...METADATA, source }));
      const place = { id: 'x', type: RECORDED_TYPE.click, stream: 'ads-00', revision: 0, recordedAtMs: 0 };
      reader.read({ ...place, data, metadata }, fact);
      return fact.source;
    });
    expect(sources).toEqual(['http', 'http', 'kine', 'http']);
  });
});
