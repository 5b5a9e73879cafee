import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LINK_KIND, linkOf } from '../ad-fact/link.js';
import { lmdbReadModels } from '../adapters/lmdb.js';
import type { ReadModelStore, Writer } from '../read-model-store.js';
import { ImpressionMemory } from './impression-memory.js';
import { LinkIndex } from './link-index.js';

const TABLE = 'links@1';
const link = (id: number): number => linkOf('c1', LINK_KIND.user, `u${id}`);
const ALWAYS = Infinity;

describe('what attribution remembers', () => {
  let directory: string;
  let store: ReadModelStore;
  let writer: Writer;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'flightdeck-links-'));
    store = lmdbReadModels(directory);
    writer = await store.takeOver();
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function commit(index: LinkIndex, dropBeforeMs = -Infinity): Promise<void> {
    await store.commit(writer, { rows: index.takeWrites(dropBeforeMs), checkpoints: {} });
  }
  async function found(index: LinkIndex, id: number, fromMs = 0, toMs = ALWAYS, before = ALWAYS) {
    const all: string[] = [];
    index.want(link(id), fromMs, toMs);
    await index.fetch(store);
    index.find(link(id), fromMs, toMs, before, (atMs, mark) => {
      all.push(`${atMs}/${mark}`);
      return false;
    });
    return all.sort();
  }

  it('finds every entry of a link, in memory, in segments and after a restart', async () => {
    const index = new LinkIndex(TABLE, 10);
    for (let n = 0; n < 35; n++) {
      index.add(n % 2, link(n % 5), 1_000 + n, n % 2 === 0 ? 0 : 1, n, 1_000);
      if (n % 4 === 3) await commit(index);
    }
    const all = ['1000/0', '1005/1', '1010/0', '1015/1', '1020/0', '1025/1', '1030/0'];
    expect(await found(index, 0)).toEqual(all);
    await commit(index);
    const again = new LinkIndex(TABLE, 10);
    await again.load(store);
    expect(await found(again, 0)).toEqual(all);
    expect(await found(again, 7)).toEqual([]);
  });

  it('looks only between the times and before the revision', async () => {
    const index = new LinkIndex(TABLE, 4);
    for (let n = 0; n < 8; n++) {
      index.add(0, link(1), n, 0, n, 0);
      await commit(index);
    }
    expect(await found(index, 1, 2, 5)).toEqual(['2/0', '3/0', '4/0', '5/0']);
    expect(await found(index, 1, 0, ALWAYS, 3)).toEqual(['0/0', '1/0', '2/0']);
  });

  it('drops segments that arrived too long ago, and keeps the others', async () => {
    const index = new LinkIndex(TABLE, 2);
    for (let n = 0; n < 6; n++) {
      index.add(0, link(1), n, 0, n, 100 * n);
      await commit(index);
    }
    await commit(index, 350);
    expect(await found(index, 1)).toEqual(['4/0', '5/0']);
    const again = new LinkIndex(TABLE, 2);
    await again.load(store);
    expect(await found(again, 1)).toEqual(['4/0', '5/0']);
  });

  it('remembers the latest impressions, the same after a restart however it was committed', async () => {
    const GENERATION = 8;
    const whole = new ImpressionMemory('whole@1', GENERATION);
    let parts = new ImpressionMemory('parts@1', GENERATION);
    for (let n = 0; n < 60; n++) {
      const step = (memory: ImpressionMemory) =>
        n % 3 === 0 ? memory.touch(0, 'click', link(n + 4), n) : memory.impression(0, link(n), n);
      expect(step(parts)).toEqual(step(whole));
      if (n % 5 !== 0) continue;
      await store.commit(writer, { rows: parts.takeWrites(), checkpoints: {} });
      parts = new ImpressionMemory('parts@1', GENERATION);
      await parts.load(store);
    }
    expect(whole.touch(0, 'view', link(59), 60)).toBe(true);
    expect(whole.touch(0, 'view', link(1), 61)).toBe(false);
    const rows = await store.range('parts@1', { from: '', to: '~', max: 100 });
    expect(rows.length).toBeLessThan(60 / 5);
  });
});
