import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildFilter, filterHash, fingerprint, mayContain } from './id-filter.js';
import { IdTable } from './id-table.js';

/** The words of the n-th id; ids of one `crowd` begin their search at few places, as an adversary's would. */
function idOf(n: number, crowd: boolean): Uint32Array {
  const bytes = createHash('sha256').update(String(n)).digest();
  const words = new Uint32Array(new Uint8Array(bytes).buffer, 0, 4);
  if (crowd) [words[0], words[3]] = [n % 3, 0];
  return words;
}

const hashOf = (n: number): Uint32Array => Uint32Array.of(n * 2_654_435_761, ~n);

const steps = fc.array(
  fc.record({ id: fc.nat(300), payload: fc.nat(3), then: fc.constantFrom('keep', 'keep', 'keep', 'undo') }),
  { maxLength: 400 },
);

describe('the table of ids', () => {
  it('is a Map, also after insertions were undone and the table has grown', () => {
    fc.assert(
      fc.property(steps, fc.boolean(), (sequence, crowd) => {
        const table = new IdTable();
        const model = new Map<number, number>();
        for (const { id, payload, then } of sequence) {
          table.reserve(1);
          const slot = table.find(idOf(id, crowd), 0);
          const known = model.get(id);
          expect(slot >= 0).toBe(known !== undefined);
          if (slot >= 0) {
            expect(table.hasPayload(slot, hashOf(payload), 0)).toBe(known === payload);
            continue;
          }
          table.insert(-1 - slot, idOf(id, crowd), 0, hashOf(payload), 0);
          if (then === 'undo') table.undo(-1 - slot);
          else model.set(id, payload);
        }
        expect(table.count).toBe(model.size);
        for (let id = 0; id <= 300; id++) expect(table.find(idOf(id, crowd), 0) >= 0).toBe(model.has(id));
      }),
      { numRuns: 200 },
    );
  });

  it('refuses the nil UUID, which marks what is free', () => {
    const table = new IdTable();
    const nil = new Uint32Array(4);
    expect(() => table.insert(-1 - table.find(nil, 0), nil, 0, hashOf(1), 0)).toThrow(RangeError);
  });
});

describe('the fingerprints of a table', () => {
  it('never deny an id that is there, and seldom claim one that is not', () => {
    const table = new IdTable();
    table.reserve(10_000);
    for (let n = 0; n < 10_000; n++) {
      const id = idOf(n, false);
      table.insert(-1 - table.find(id, 0), id, 0, hashOf(n), 0);
    }
    const filter = buildFilter(table);
    const claims = (n: number): boolean =>
      mayContain(filter, filterHash(idOf(n, false), 0), fingerprint(idOf(n, false), 0));
    const claimed = (from: number, to: number): number => {
      let count = 0;
      for (let n = from; n < to; n++) if (claims(n)) count++;
      return count;
    };
    expect(claimed(0, 10_000)).toBe(10_000);
    expect(claimed(10_000, 60_000)).toBeLessThan(50);
  });
});
