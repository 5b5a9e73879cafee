import { describe, expect, it } from '@jest/globals';
import { writeAdEventStoreId } from '@flightdeck/ledger';
import fc from 'fast-check';
import { writeStoredId } from './stored-id.js';

const texts = fc.string({ unit: 'grapheme', maxLength: 128 });

const sameIds = (write: typeof writeStoredId) =>
  fc.check(
    fc.property(texts, (eventId) => {
      const [ours, ledgers] = [Buffer.alloc(20), Buffer.alloc(20)];
      write(eventId, ours, 2);
      writeAdEventStoreId(eventId, ledgers, 2);
      return ours.equals(ledgers);
    }),
  ).failed;

describe('the fast digests', () => {
  it('give the ledger’s stored ids', () => {
    expect(sameIds(writeStoredId)).toBe(false);
  });

  it('would be caught without the version bits', () => {
    expect(
      sameIds((eventId, target, offset) => {
        writeStoredId(eventId, target, offset);
        target[offset + 6] = 0;
      }),
    ).toBe(true);
  });
});
