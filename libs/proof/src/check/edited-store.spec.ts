import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { open } from 'lmdb';
import { CHECKSUM_AT, HEADER } from '../../../event-store/src/adapters/lmdb/frame-layout.js';
import { keepLog } from '../log/keep-log.js';
import { LogReader } from '../log/log-reader.js';
import { seedSigner } from '../note/signer.js';
import { checkLedger, type LedgerFault } from './check-ledger.js';

const EVENTS = 40;
const signer = seedSigner(Buffer.alloc(32, 1));

let directory: string;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-edited-'));
  await write();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a ledger whose store was edited by hand', () => {
  it('is found by its own checksum where the hand was careless', async () => {
    await edit((frame) => replaced(frame, '"micros":1017', '"micros":9017'));
    expect(await check()).toEqual([
      {
        kind: 'unreadable',
        index: expect.any(Number),
        detail: expect.stringContaining('does not match its checksum'),
      },
    ]);
  });

  it('is found, and the event named, where the hand mended the checksum', async () => {
    await edit((frame) => mended(replaced(frame, '"micros":1017', '"micros":9017')));
    const [first] = await check();
    expect(first).toMatchObject({ kind: 'event', index: 17, stream: 'ads-00', revision: 17 });
  });

  it('is found where events were taken out of it', async () => {
    await edit((frame) => (frame.includes('"micros":1039') ? undefined : frame));
    expect((await check()).at(-1)).toMatchObject({ kind: 'end' });
  });

  it('is sound as long as nobody touches it', async () => {
    await edit((frame) => frame);
    expect(await check()).toEqual([]);
  });
});

/** Appends one event after the other, each a chunk of its own, and signs them all. */
async function write(): Promise<void> {
  const store = await lmdbEventStore(join(directory, 'ledger'));
  for (let i = 0; i < EVENTS; i++) {
    const data = Buffer.from(`{"micros":${1_000 + i}}`);
    await store.append(
      'ads-00',
      [{ id: randomUUID(), type: 'ClickRecorded', data, metadata: Buffer.from('{}') }],
      'any',
    );
  }
  const stopping = new AbortController();
  const settings = {
    directory: join(directory, 'proof'),
    origin: 'flightdeck/test',
    signer,
    clock: Date.now,
  };
  const onCheckpoint = ({ size }: { size: number }) => {
    if (size === EVENTS) stopping.abort();
  };
  await keepLog({ ...settings, ledger: store, onCheckpoint }, stopping.signal);
  await store.close();
}

/** Rewrites every stored chunk, as whoever holds the disk can; undefined takes it out. */
async function edit(change: (frame: Buffer) => Buffer | undefined): Promise<void> {
  const root = open<Buffer, string>({ path: join(directory, 'ledger'), noSubdir: false, maxDbs: 12 });
  const chunks = root.openDB<Buffer, Buffer>('chunks', { encoding: 'binary', keyEncoding: 'binary' });
  const all = [...chunks.getRange()].map(({ key, value }) => [Buffer.from(key), Buffer.from(value)] as const);
  expect(all).toHaveLength(EVENTS);
  for (const [key, frame] of all) {
    const changed = change(frame);
    await (changed === undefined ? chunks.remove(key) : chunks.put(key, changed));
  }
  await root.close();
}

async function check(): Promise<readonly LedgerFault[]> {
  const store = await lmdbEventStore(join(directory, 'ledger'));
  const key = { name: 'flightdeck/test', publicKey: await signer.publicKey() };
  const log = new LogReader(join(directory, 'proof'), key);
  try {
    return await checkLedger(store, log, 0, EVENTS);
  } finally {
    log.close();
    await store.close();
  }
}

function replaced(frame: Buffer, from: string, to: string): Buffer {
  const at = frame.indexOf(from);
  if (at >= 0) frame.write(to, at);
  return frame;
}

function mended(frame: Buffer): Buffer {
  frame.writeUInt32LE(crc32(frame.subarray(0, CHECKSUM_AT), crc32(frame.subarray(HEADER))), CHECKSUM_AT);
  return frame;
}
