import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PlacedEvent } from '../../event-store.js';
import { Chunk, CorruptChunk } from './frame.js';
import { readUuid, writeUuid } from './uuid.js';

const event = fc.record({
  id: fc.uuid(),
  type: fc.string({ maxLength: 20, unit: 'grapheme' }),
  data: fc.uint8Array({ maxLength: 50 }),
  metadata: fc.uint8Array({ maxLength: 20 }),
});
const events = fc.array(event, { minLength: 1, maxLength: 20 });
const count = fc.maxSafeNat();

/** Data and metadata as they stand among those of the other events. */
function sharedBytesOf({ shared }: PlacedEvent): number[][] {
  if (shared === undefined) return [];
  const { view, dataStart, dataEnd, metadataEnd } = shared;
  const bytes = [...new Uint8Array(view.buffer, view.byteOffset, view.byteLength)];
  return [bytes.slice(dataStart, dataEnd), bytes.slice(dataEnd, metadataEnd)];
}

describe('a chunk', () => {
  it('gives back what was packed, wherever it is placed', () => {
    fc.assert(
      fc.property(
        events,
        fc.string({ unit: 'grapheme' }),
        count,
        count,
        count,
        (packed, stream, position, revision, ms) => {
          const chunk = Chunk.pack(stream, packed, 0, packed.length);
          chunk.place(position, revision, ms);
          const read = Chunk.read(Buffer.from(chunk.frame), position);
          expect([read.stream, read.position, read.firstRevision, read.count]).toEqual([
            stream,
            position,
            revision,
            packed.length,
          ]);
          packed.forEach((expected, i) => {
            const stored = read.event(i);
            expect([stored.id, stored.type, stored.stream]).toEqual([expected.id, expected.type, stream]);
            expect([stored.revision, stored.recordedAtMs]).toEqual([revision + i, ms]);
            expect(Buffer.compare(stored.data, expected.data)).toBe(0);
            expect(Buffer.compare(stored.metadata, expected.metadata)).toBe(0);
            expect(read.eventBytes(i)).toBe(expected.data.length + expected.metadata.length);
            expect(sharedBytesOf(stored)).toEqual([[...expected.data], [...expected.metadata]]);
          });
        },
      ),
    );
  });

  it('packs a part of the events', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.nat(), (packed, a, b) => {
        const from = a % packed.length;
        const to = from + 1 + (b % (packed.length - from));
        const chunk = Chunk.pack('s-1', packed, from, to);
        expect(Array.from({ length: chunk.count }, (_, i) => chunk.event(i).id)).toEqual(
          packed.slice(from, to).map(({ id }) => id),
        );
      }),
    );
  });

  it('is not read when any byte of it has changed', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.integer({ min: 1, max: 255 }), (packed, at, change) => {
        const chunk = Chunk.pack('s-1', packed, 0, packed.length);
        chunk.place(1, 2, 3);
        const frame = Buffer.from(chunk.frame);
        const place = at % frame.length;
        frame[place] = (frame[place] ?? 0) ^ change;
        expect(() => Chunk.read(frame, 1)).toThrow(CorruptChunk);
      }),
    );
  });

  it('is not read at another place, or cut short', () => {
    const chunk = Chunk.pack('s-1', fc.sample(events, { numRuns: 1, seed: 1 })[0] ?? [], 0, 1);
    chunk.place(1, 2, 3);
    expect(() => Chunk.read(chunk.frame, 2)).toThrow(CorruptChunk);
    for (let length = 0; length < chunk.frame.length; length++)
      expect(() => Chunk.read(Buffer.from(chunk.frame.subarray(0, length)), 1)).toThrow(CorruptChunk);
  });
});

describe('a UUID', () => {
  it('is the same text after its bytes, in lower case', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (text, upper) => {
        const bytes = new Uint8Array(20);
        writeUuid(upper ? text.toUpperCase() : text, bytes, 3);
        expect(readUuid(bytes, 3)).toBe(text);
        expect(Buffer.from(bytes.subarray(3, 19)).toString('hex')).toBe(text.replaceAll('-', ''));
      }),
    );
  });

  it.each([
    '',
    'x',
    '00000000-0000-0000-0000-00000000000',
    '00000000-0000-0000-0000-00000000000g',
    '0000000000000000000000000000000000000',
    '00000000-0000-0000-0000-0000000000é0',
  ])('is refused when it is %p', (text) =>
    expect(() => writeUuid(text, new Uint8Array(16), 0)).toThrow(TypeError),
  );
});
