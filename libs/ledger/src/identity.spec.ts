import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { uuidText } from '@flightdeck/contracts';
import { adEventStoreId, derivedEventId, partitionOf, writeAdEventStoreId } from './identity.js';

describe('ids that the ledger derives', () => {
  it('are fixed for ever', () => {
    expect(adEventStoreId('e1')).toBe('23a7bcc5-628a-5fbe-9c30-8a1ddef61cc3');
    expect(
      derivedEventId('kinesis:ads/shard-0/49590338271490256608559692538361571095921575989136588898'),
    ).toBe('9aea6aeb-3ca0-5b74-9b22-c4142c8df9e9');
  });

  it('are the same in bytes and in text', () => {
    const target = new Uint8Array(20);
    writeAdEventStoreId('e1', target, 4);
    expect(uuidText(target, 4)).toBe(adEventStoreId('e1'));
  });
});

describe('the partition of a campaign', () => {
  it('is the first 32 bits of the MD5 of its id modulo the partitions', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 128 }),
        fc.integer({ min: 1, max: 256 }),
        (campaignId, partitions) => {
          const hex = createHash('md5').update(campaignId).digest('hex').slice(0, 8);
          expect(partitionOf(campaignId, partitions)).toBe(Number.parseInt(hex, 16) % partitions);
          expect(partitionOf(campaignId, partitions)).toBe(partitionOf(campaignId, partitions));
        },
      ),
    );
  });

  it('spreads campaigns evenly, also beyond what is remembered', () => {
    const counts = new Array<number>(16).fill(0);
    for (let i = 0; i < 120_000; i++) {
      const partition = partitionOf(`campaign-${i}`, 16);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(7_000);
    expect(Math.max(...counts)).toBeLessThan(8_000);
  });
});
