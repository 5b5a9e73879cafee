import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { leafHash } from '../merkle/hashes.js';
import { encodeLeaf, type LeafEvent } from './encode-leaf.js';
import { eventLeafHash } from './leaf-hash.js';

const EVENT: LeafEvent = {
  stream: 'ads-03',
  revision: 7,
  recordedAtMs: 1_764_000_000_123,
  id: '6ba7b811-9dad-51d1-80b4-00c04fd430c8',
  type: 'ClickRecorded',
  data: Buffer.from('{"a":1}'),
  metadata: Buffer.from('{}'),
};

describe('the leaf of an event', () => {
  it('is these bytes, for ever', () => {
    expect(encodeLeaf(EVENT, 0x1_0000_0002).toString('hex')).toBe(
      '0001' +
        '0000000100000002' +
        '0000000000000007' +
        '0000019ab697e87b' +
        '6ba7b8119dad51d180b400c04fd430c8' +
        '00' +
        '00066164732d3033' +
        '000d436c69636b5265636f72646564' +
        '000000077b2261223a317d' +
        '000000027b7d',
    );
  });

  it('is hashed as RFC 6962 says', () => {
    const entry = encodeLeaf(EVENT, 5).subarray(1);
    expect(eventLeafHash(EVENT, 5)).toEqual(leafHash(entry));
    const large = { ...EVENT, data: Buffer.alloc(100_000, 120) };
    expect(eventLeafHash(large, 5)).toEqual(leafHash(encodeLeaf(large, 5).subarray(1)));
  });

  it('is another one for any other event or place', () => {
    const number = fc.nat({ max: Number.MAX_SAFE_INTEGER });
    const bytes = fc.uint8Array({ maxLength: 5 });
    const text = fc.string({ maxLength: 5 });
    const event = fc.record({
      ...{ stream: text, revision: number, recordedAtMs: number, id: fc.uuid(), type: text },
      ...{ data: bytes, metadata: bytes, isBinary: fc.boolean() },
    });
    fc.assert(
      fc.property(event, event, fc.nat(), (one, other, index) => {
        const mixed = { ...one, data: other.data, metadata: other.metadata };
        for (const another of [other, mixed, { ...one, stream: one.stream + one.type, type: '' }]) {
          const isSame = JSON.stringify(another) === JSON.stringify(one);
          expect(encodeLeaf(another, index).equals(encodeLeaf(one, index))).toBe(isSame);
        }
        expect(encodeLeaf(one, index + 1).equals(encodeLeaf(one, index))).toBe(false);
      }),
    );
  });

  it('needs a UUID', () => {
    expect(() => encodeLeaf({ ...EVENT, id: 'x' }, 0)).toThrow(TypeError);
  });
});
