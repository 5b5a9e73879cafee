import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch, StoredEvent } from '@flightdeck/event-store';
import { bundleOf } from '../export/bundle.js';
import { LogReader } from '../log/log-reader.js';
import { LogWriter } from '../log/log-writer.js';
import { seedSigner } from '../note/signer.js';

export const ORIGIN = 'flightdeck/test';
const NOW_MS = Date.parse('2026-11-22T15:00:00Z');
const STREAMS = ['ads-00', 'ads-01', 'campaign-c1'];

/** Some events, the `salt` of which tells one history from another. Some hold bytes that are no text. */
export function someEvents(count: number, salt = ''): StoredEvent[] {
  const heads = new Map<string, number>();
  return Array.from({ length: count }, (_, i) => {
    const stream = STREAMS[i % STREAMS.length] ?? '';
    const revision = (heads.get(stream) ?? -1) + 1;
    heads.set(stream, revision);
    const hex = createHash('sha256').update(`${salt}${i}`).digest('hex');
    const id = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
    const isBinary = i % 11 === 10;
    return {
      ...{ stream, revision, id, recordedAtMs: NOW_MS + i * 7, type: 'ClickRecorded' },
      data: isBinary
        ? Buffer.from([0xff, i])
        : Buffer.from(`{"eventId":"e${i}","micros":${1_000 + i},"ü":"${salt}"}`),
      metadata: Buffer.from('{"source":"http"}'),
      ...(isBinary ? { isBinary } : {}),
    };
  });
}

export interface SignedLedger {
  readonly log: LogReader;
  readonly ledger: { follow(): AsyncGenerator<Batch> };
  /** The export of [from, to), file by file. */
  bundle(from?: number, to?: number): Promise<Map<string, Buffer>>;
  note(size: number): string;
  close(): void;
}

/** A ledger in memory whose log is signed at the given sizes, the last of which is that of the ledger. */
export async function signedLedger(
  events: readonly StoredEvent[],
  sizes: readonly number[],
  seed = Buffer.alloc(32, 1),
): Promise<SignedLedger> {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-signed-'));
  const signer = seedSigner(seed);
  const writer = await LogWriter.open({ directory, origin: ORIGIN, signer, clock: () => NOW_MS });
  let from = 0;
  for (const size of sizes) {
    writer.take(events.slice(from, size), String(size), true);
    await writer.seal();
    from = size;
  }
  writer.flush();
  writer.close();
  const log = new LogReader(directory, { name: ORIGIN, publicKey: await signer.publicKey() });
  const ledger = {
    follow: async function* (_selector?: unknown, place = 'start'): AsyncGenerator<Batch> {
      const at = place === 'start' ? 0 : Number(place);
      yield { events: events.slice(at), checkpoint: String(events.length), caughtUp: true };
    },
  };
  return {
    ...{ log, ledger },
    bundle: async (first = 0, end = sizes.at(-1) ?? 0) => {
      const checkpoint = log.latest();
      if (checkpoint === undefined) throw new Error('Nothing is signed.');
      const files = new Map<string, Buffer>();
      for await (const { name, bytes } of bundleOf(ledger, log, { from: first, to: end, checkpoint }))
        files.set(name, Buffer.from(bytes));
      return files;
    },
    note: (size) => {
      const sealed = log.covering(size);
      if (sealed?.size !== size) throw new Error(`There is no checkpoint of ${size}.`);
      return log.note(sealed);
    },
    close: () => {
      log.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
