import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { AppendTooLarge, type EventStore, type NewEvent } from '../event-store.js';
import {
  AppendQueueFull,
  CorruptChunk,
  lmdbEventStore,
  OwnershipLost,
  StoreInUse,
  type LmdbEventStoreOptions,
} from './lmdb.js';
import type { Owner } from './lmdb/owner.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-event-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function newEvents(count: number, data: Uint8Array = Buffer.from('{}')): NewEvent[] {
  return Array.from({ length: count }, () => ({
    id: randomUUID(),
    type: 'T',
    data,
    metadata: Buffer.from('{}'),
  }));
}

async function withStore(
  options: LmdbEventStoreOptions,
  test: (store: EventStore) => Promise<void>,
): Promise<void> {
  const store = await lmdbEventStore(directory, options);
  try {
    await test(store);
  } finally {
    await store.close();
  }
}

async function length(store: EventStore, stream: string): Promise<number> {
  let events = 0;
  for await (const event of store.read(stream, 'start', { direction: 'forwards', max: 100_000 }))
    expect(event.revision).toBe(events++);
  return events;
}

/** Changes the record of who owns the directory, as another process would. */
async function changeOwner(change: Partial<Owner>): Promise<void> {
  const root = open({ path: directory, overlappingSync: false });
  const owners = root.openDB<Owner, string>('owners', { encoding: 'json', useVersions: true });
  const owner = { ...(owners.get('owner') as Owner), ...change };
  owners.putSync('owner', owner, owner.epoch);
  await root.close();
}

describe('the owner of a directory', () => {
  it('is one store of one process, which the refusal names, until it is closed', async () => {
    await withStore({}, async (store) => {
      await expect(lmdbEventStore(directory)).rejects.toThrow(StoreInUse);
      await expect(lmdbEventStore(directory)).rejects.toThrow(`process ${process.pid} (this one)`);
      expect(await store.append('s-1', newEvents(1), 'no-stream')).toEqual({ ok: true, revision: 0 });
    });
    await withStore({}, async (store) => {
      expect(await length(store, 's-1')).toBe(1);
    });
  });

  it.each([
    ['a process that has ended', { pid: 2 ** 22 + 1 }],
    ['an earlier process of the same number', { pid: process.pid, started: '1' }],
    ['another boot or container', { pid: process.pid, world: 'another' }],
  ])('is no longer %s', async (_, owner) => {
    await withStore({}, async (store) => {
      await store.append('s-1', newEvents(1), 'no-stream');
    });
    await changeOwner(owner);
    await withStore({}, async (store) => {
      expect(await store.append('s-1', newEvents(1), 0)).toEqual({ ok: true, revision: 1 });
    });
  });

  it('is not taken over from a later version of the product', async () => {
    await withStore({}, async () => undefined);
    await changeOwner({ format: 2 });
    await expect(lmdbEventStore(directory)).rejects.toThrow('format 2');
  });

  it('writes nothing more once another has taken over', async () => {
    const onFatal = jest.fn();
    await withStore({ onFatal }, async (store) => {
      await store.append('s-1', newEvents(1), 'no-stream');
      const other = open({ path: directory, overlappingSync: false });
      const owners = other.openDB<{ epoch: number }, string>('owners', {
        encoding: 'json',
        useVersions: true,
      });
      const owner = { ...owners.get('owner'), epoch: 1_000 };
      owners.putSync('owner', owner, owner.epoch);
      await expect(store.append('s-1', newEvents(1), 0)).rejects.toThrow('unknown');
      expect(onFatal.mock.calls).toEqual([[expect.any(OwnershipLost)]]);
      expect(await length(store, 's-1')).toBe(1);
    });
  });
});

describe('a commit that fails', () => {
  it('is fatal, and leaves every outcome unknown', async () => {
    const onFatal = jest.fn();
    const commit = async (): Promise<void> => {
      throw new Error('EIO');
    };
    await withStore({ onFatal, commit, limits: { groupAppendsMax: 1 } }, async (store) => {
      const signal = new AbortController().signal;
      const followed = (async () => {
        for await (const batch of store.follow({ prefix: '' }, 'start', signal))
          expect(batch.events).toEqual([]);
      })();
      const appended = [1, 2].map((i) => store.append(`s-${i}`, newEvents(1), 'no-stream'));
      for (const append of appended) await expect(append).rejects.toThrow('unknown');
      await expect(followed).rejects.toThrow('EIO');
      await expect(store.append('s-1', newEvents(1), 'no-stream')).rejects.toThrow('unknown');
      expect(onFatal.mock.calls).toEqual([[new Error('EIO')]]);
    });
  });

  it('may have written: the same events sent again are written once', async () => {
    const events = newEvents(3);
    const options: LmdbEventStoreOptions = {
      onFatal: () => undefined,
      commit: async (chunks, commit) => {
        await commit(chunks);
        throw new Error('The answer was lost.');
      },
    };
    await withStore(options, async (store) => {
      await expect(store.append('s-1', events, 'no-stream')).rejects.toThrow('unknown');
    });
    await withStore({}, async (store) => {
      expect(await store.append('s-1', events, 'no-stream')).toEqual({
        ok: true,
        revision: 2,
        repeated: true,
      });
      expect(await length(store, 's-1')).toBe(3);
    });
  });

  it('shows nobody what is not durable yet', async () => {
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    let isCommitting: () => void = () => undefined;
    const committing = new Promise<void>((resolve) => (isCommitting = resolve));
    const commit: LmdbEventStoreOptions['commit'] = async (chunks, write) => {
      isCommitting();
      await held;
      await write(chunks);
    };
    await withStore({ commit }, async (store) => {
      const appended = store.append('s-1', newEvents(1), 'no-stream');
      await committing;
      expect(await length(store, 's-1')).toBe(0);
      const stop = new AbortController();
      for await (const batch of store.follow({ prefix: '' }, 'start', stop.signal)) {
        expect(batch).toEqual({ events: [], checkpoint: '0', caughtUp: true });
        stop.abort();
      }
      letGo();
      expect(await appended).toEqual({ ok: true, revision: 0 });
      expect(await length(store, 's-1')).toBe(1);
    });
  });
});

describe('what is stored', () => {
  it('is never recorded before what it follows, even if the clock goes back', async () => {
    let nowMs = 5_000;
    const times: number[] = [];
    const append = async (store: EventStore): Promise<void> => {
      await store.append('s-1', newEvents(1), 'any');
      nowMs -= 1_000.5;
    };
    await withStore({ clock: () => nowMs }, async (store) => {
      await append(store);
      await append(store);
    });
    await withStore({ clock: () => nowMs }, async (store) => {
      await append(store);
      nowMs = 9_000;
      await append(store);
      for await (const event of store.read('s-1', 'start', { direction: 'forwards', max: 9 }))
        times.push(event.recordedAtMs);
    });
    expect(times).toEqual([5_000, 5_000, 5_000, 9_000]);
  });

  it('is not the memory of the caller', async () => {
    await withStore({}, async (store) => {
      const events = newEvents(1, Buffer.from('{"kept":1}'));
      const appended = store.append('s-1', events, 'no-stream');
      events[0]?.data.fill(0);
      await appended;
      for await (const event of store.read('s-1', 'start', { direction: 'forwards', max: 1 }))
        expect(Buffer.from(event.data).toString()).toBe('{"kept":1}');
    });
  });

  it('is refused when the disk has changed it', async () => {
    await withStore({}, async (store) => {
      await store.append('s-1', newEvents(2, Buffer.from('{"a":1}')), 'no-stream');
    });
    const root = open({ path: directory, overlappingSync: false });
    const chunks = root.openDB<Buffer, Buffer>('chunks', { encoding: 'binary', keyEncoding: 'binary' });
    for (const key of chunks.getKeys({})) {
      const frame = Buffer.from(chunks.getBinary(key) ?? []);
      frame[frame.length - 3] = 0;
      chunks.putSync(key, frame);
    }
    await root.close();
    // Twice: a refused directory is let go of.
    for (let i = 0; i < 2; i++) await expect(lmdbEventStore(directory)).rejects.toThrow(CorruptChunk);
  });

  it('tells a reader that is ahead of it', async () => {
    await withStore({}, async (store) => {
      const batches = store.follow({ prefix: '' }, '1', new AbortController().signal)[Symbol.asyncIterator]();
      await expect(batches.next()).rejects.toThrow(RangeError);
    });
  });
});

describe('limits', () => {
  it('writes the largest append whole and refuses a larger one', async () => {
    await withStore({}, async (store) => {
      expect(await store.append('s-1', newEvents(10_000), 'no-stream')).toEqual({
        ok: true,
        revision: 9_999,
      });
      await expect(store.append('s-1', newEvents(10_001), 9_999)).rejects.toThrow(AppendTooLarge);
      const bytes = Buffer.alloc(4_000_000, 'x');
      await expect(store.append('s-2', newEvents(17, bytes), 'no-stream')).rejects.toThrow(AppendTooLarge);
      expect(await store.append('s-2', newEvents(16, bytes), 'no-stream')).toEqual({
        ok: true,
        revision: 15,
      });
      expect(await length(store, 's-1')).toBe(10_000);
    });
  });

  it('refuses names that it could not tell apart, or that are too long', async () => {
    await withStore({}, async (store) => {
      await expect(store.append('', newEvents(1), 'any')).rejects.toThrow(TypeError);
      await expect(store.append('s-\ud800', newEvents(1), 'any')).rejects.toThrow(TypeError);
      await expect(store.append('é'.repeat(600), newEvents(1), 'any')).rejects.toThrow(AppendTooLarge);
      expect(await store.append('é'.repeat(512), newEvents(1), 'any')).toEqual({ ok: true, revision: 0 });
      const named = newEvents(1).map((event) => ({ ...event, type: 't'.repeat(1_025) }));
      await expect(store.append('s-1', named, 'any')).rejects.toThrow(AppendTooLarge);
      const unnamed = newEvents(1).map((event) => ({ ...event, id: 'one' }));
      await expect(store.append('s-1', unnamed, 'any')).rejects.toThrow(TypeError);
    });
  });

  it('refuses appends while too many wait, and takes them again afterwards', async () => {
    await withStore({ limits: { queueAppendsMax: 3 } }, async (store) => {
      const appended = [1, 2, 3].map((i) => store.append(`s-${i}`, newEvents(1), 'no-stream'));
      await expect(store.append('s-4', newEvents(1), 'no-stream')).rejects.toThrow(AppendQueueFull);
      await Promise.all(appended);
      expect(await store.append('s-4', newEvents(1), 'no-stream')).toEqual({ ok: true, revision: 0 });
    });
  });

  it('refuses appends and ends followers once it is closed', async () => {
    const store = await lmdbEventStore(directory);
    const followed = (async () => {
      for await (const batch of store.follow({ prefix: '' }, 'start', new AbortController().signal))
        expect(batch.events).toEqual([]);
    })();
    const ended = expect(followed).rejects.toThrow('closed');
    await Promise.all([store.close(), store.close()]);
    await ended;
    await expect(store.append('s-1', newEvents(1), 'no-stream')).rejects.toThrow('closed');
  });
});
