import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServableEventStore, StoredEvent } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { eventLeafHash } from '../leaf/leaf-hash.js';
import { isConsistent, rootOfInclusion } from '../merkle/verify.js';
import { parseCheckpoint } from '../note/checkpoint.js';
import { openNote } from '../note/signed-note.js';
import { seedSigner } from '../note/signer.js';
import { CHECKPOINT_EVENTS_MAX, keepLog } from './keep-log.js';
import { LogReader } from './log-reader.js';
import type { SealedCheckpoint } from './checkpoint-file.js';

const ORIGIN = 'flightdeck/test';
const signer = seedSigner(Buffer.alloc(32, 1));
const NOW_MS = Date.parse('2026-11-22T15:00:00Z');

let directory: string;
let store: ServableEventStore;
let reader: LogReader;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-proof-'));
  store = await lmdbEventStore(join(directory, 'ledger'), { clock: () => NOW_MS });
  reader = new LogReader(join(directory, 'proof'), { name: ORIGIN, publicKey: await signer.publicKey() });
});
afterEach(async () => {
  reader.close();
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('the proof log of a ledger', () => {
  it('proves every event of every stream, and that each checkpoint goes on from the one before', async () => {
    await append('ads-00', 700);
    await append('campaign-c1', 3);
    await append('ads-01', 1_800);
    await keptUpTo(2_503);
    await append('ads-00', 5);
    await keptUpTo(2_508);
    const checkpoints = reader.list(0, 100);
    const events = await everything();
    const { size, root } = last(checkpoints);
    expect(size).toBe(2_508);
    for (const [index, event] of events.entries()) {
      const proof = reader.inclusion(index, size);
      const leaf = eventLeafHash(event, index);
      expect(Buffer.from(rootOfInclusion(leaf, index, size, proof) ?? []).equals(root)).toBe(true);
    }
    for (const [i, newer] of checkpoints.entries()) {
      const older = checkpoints[i - 1];
      expect(newer.size - (older?.size ?? 0)).toBeLessThanOrEqual(CHECKPOINT_EVENTS_MAX);
      if (older !== undefined)
        expect(isConsistent(older, newer, reader.consistency(older.size, newer.size))).toBe(true);
      const text = openNote(reader.note(newer), reader.key) ?? '';
      expect(parseCheckpoint(text)).toEqual({ origin: ORIGIN, size: newer.size, root: newer.root });
    }
  });

  it('finds checkpoints by size', async () => {
    await append('ads-00', 2_500);
    await keptUpTo(2_500);
    const sizes = reader.list(0, 100).map(({ size }) => size);
    expect(sizes.length).toBeGreaterThan(2);
    const [first = 0, second = 0] = sizes;
    expect(reader.covering(first)?.size).toBe(first);
    expect(reader.covering(first + 1)?.size).toBe(second);
    expect(reader.before(second - 1)?.size).toBe(first);
    expect(reader.before(first - 1)).toBeUndefined();
    expect(reader.covering(2_501)).toBeUndefined();
  });

  it('goes on after any crash: what was signed stays, what was not is read again', async () => {
    await append('ads-00', 2_500);
    await keptUpTo(2_500);
    const before = reader.list(0, 100);
    reader.close();
    // Hashes that were written but never signed, half a hash, and half a record of a checkpoint.
    appendJunk(join(directory, 'proof', 'hashes'), 32 * 3 + 7);
    appendJunk(join(directory, 'proof', 'checkpoints'), 55);
    await append('ads-00', 10);
    await keptUpTo(2_510);
    expect(reader.list(0, 100).slice(0, before.length)).toEqual(before);
    expect(last(reader.list(0, 100)).size).toBe(2_510);
  });

  it.each(['lost', 'changed'])(
    'makes hashes anew that were %s, and agrees with what was signed',
    async (how) => {
      await append('ads-00', 1_500);
      await keptUpTo(1_500);
      const signed = reader.latest();
      reader.close();
      const hashes = join(directory, 'proof', 'hashes');
      if (how === 'lost') truncateSync(hashes, 32 * 100);
      else writeFileSync(hashes, readFileSync(hashes).fill(7));
      await append('ads-00', 1);
      await keptUpTo(1_501);
      expect(Buffer.from(reader.rootAt(1_500)).equals(signed?.root ?? Buffer.alloc(0))).toBe(true);
    },
  );

  it('signs nothing while nothing happens', async () => {
    await append('ads-00', 10);
    await keptUpTo(10);
    await keptUpTo(10);
    expect(reader.list(0, 100)).toHaveLength(1);
  });

  it('refuses another key than the one that signed', async () => {
    await append('ads-00', 10);
    await keptUpTo(10);
    await expect(keptUpTo(10, seedSigner(Buffer.alloc(32, 2)))).rejects.toThrow('not signed with the key');
  });

  it('names the event when the end of the ledger was replaced', async () => {
    await append('ads-00', 10);
    await keptUpTo(10);
    await replaceLedger(async () => {
      await append('ads-00', 9);
      await append('ads-00', 1);
    });
    await expect(keptUpTo(10)).rejects.toThrow('The event at 0 (ads-00 0) is not the one that was signed.');
  });

  it('says so when the end of the ledger is gone', async () => {
    await append('ads-00', 1_500);
    await keptUpTo(1_500);
    await replaceLedger(() => append('ads-00', 1));
    await expect(keptUpTo(1)).rejects.toThrow(/ends before|past the end/);
  });
});

/** Runs the log until it has signed `size` events, then stops it. */
async function keptUpTo(size: number, by = signer): Promise<void> {
  const stopping = new AbortController();
  const keeping = keepLog(
    {
      ...{
        directory: join(directory, 'proof'),
        origin: ORIGIN,
        signer: by,
        clock: () => NOW_MS,
        ledger: store,
      },
      onCheckpoint: (sealed) => {
        if (sealed.size >= size) stopping.abort();
      },
    },
    stopping.signal,
  );
  if ((reader.latest()?.size ?? 0) >= size) setImmediate(() => setImmediate(() => stopping.abort()));
  await keeping;
}

async function replaceLedger(fill: () => Promise<void>): Promise<void> {
  await store.close();
  rmSync(join(directory, 'ledger'), { recursive: true });
  store = await lmdbEventStore(join(directory, 'ledger'), { clock: () => NOW_MS });
  await fill();
}

async function append(stream: string, count: number): Promise<void> {
  const events = Array.from({ length: count }, (_, i) => ({
    ...{ id: randomUUID(), type: 'ClickRecorded' },
    ...{ data: Buffer.from(`{"i":${i}}`), metadata: Buffer.from('{}') },
  }));
  await store.append(stream, events, 'any');
}

async function everything(): Promise<StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of store.readAll('start', { direction: 'forwards', max: 10_000 }))
    events.push(event);
  return events;
}

function appendJunk(path: string, bytes: number): void {
  writeFileSync(path, Buffer.alloc(bytes, 9), { flag: 'a' });
}

function last(checkpoints: readonly SealedCheckpoint[]): SealedCheckpoint {
  const found = checkpoints.at(-1);
  if (found === undefined) throw new Error('There is no checkpoint.');
  return found;
}
