import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generationShelfContract } from '@flightdeck/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lmdbShelf } from './lmdb-shelf.js';

generationShelfContract('lmdb', async () => {
  const root = mkdtempSync(join(tmpdir(), 'flightdeck-shelf-'));
  return {
    ...{ open: () => lmdbShelf(root), isFenced: false },
    remove: async () => rmSync(root, { recursive: true, force: true }),
  };
});

describe('read models from before there were generations', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'flightdeck-shelf-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('are served from where they stand', async () => {
    writeFileSync(join(root, 'data.mdb'), '');
    expect(await lmdbShelf(root).read()).toMatchObject({ current: { name: '.', version: 1 }, kept: [] });
  });
});
