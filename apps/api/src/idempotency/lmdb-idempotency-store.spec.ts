import { IDEMPOTENCY_TTL_MS, type IdempotencyRecord } from '@flightdeck/platform';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lmdbIdempotencyStore } from './adapters/lmdb-idempotency-store.js';

const record = (name: string): IdempotencyRecord => ({
  fingerprint: name,
  answer: { status: 201, headers: { etag: '"0"' }, body: { name } },
});

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-idempotency-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the durable idempotency store', () => {
  it('keeps a record over a restart, for a day', async () => {
    const store = lmdbIdempotencyStore(join(directory, 'db'));
    await store.keep('k', record('a'), 1_000);
    await store.close();
    const again = lmdbIdempotencyStore(join(directory, 'db'));
    expect(await again.find('k', 1_000 + IDEMPOTENCY_TTL_MS - 1)).toEqual(record('a'));
    expect(await again.find('k', 1_000 + IDEMPOTENCY_TTL_MS)).toBeUndefined();
    expect(await again.find('other', 1_000)).toBeUndefined();
    await again.close();
  });

  it('lets the oldest go when there are too many', async () => {
    const store = lmdbIdempotencyStore(join(directory, 'db'), 3);
    for (let i = 0; i < 10; i++) await store.keep(`k${i}`, record(`${i}`), 1_000 + i);
    const kept = await Promise.all(Array.from({ length: 10 }, (_, i) => store.find(`k${i}`, 2_000)));
    expect(kept.map((one) => one !== undefined)).toEqual([
      ...Array<boolean>(7).fill(false),
      true,
      true,
      true,
    ]);
    await store.close();
  });

  it('keeps the last of two records under one key', async () => {
    const store = lmdbIdempotencyStore(join(directory, 'db'), 2);
    for (const name of ['a', 'b']) await store.keep('k', record(name), 1_000);
    await store.keep('l', record('c'), 1_001);
    expect([await store.find('k', 1_002), await store.find('l', 1_002)]).toEqual([record('b'), record('c')]);
    await store.close();
  });
});
