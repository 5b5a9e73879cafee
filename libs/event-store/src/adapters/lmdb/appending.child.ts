import { createHash } from 'node:crypto';
import { writeSync } from 'node:fs';
import type { Expected, NewEvent } from '../../event-store.js';
import { lmdbEventStore } from '../lmdb.js';

/*
 * A process for specs to kill: appends to four streams in the directory of its first argument for ever and writes a line
 * `<stream> <revision>` after each append is acknowledged. The event at a revision of a stream always has the same id.
 */
const STREAMS = 4;
const BATCH = 5;
const BYTES = 500;

function idOf(stream: string, revision: number): string {
  const hash = createHash('md5').update(`${stream}@${revision}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20)}`;
}

const store = await lmdbEventStore(process.argv[2] ?? '');
writeSync(1, 'open\n');
const data = Buffer.from(JSON.stringify('x'.repeat(BYTES)));

async function appendForEver(stream: string): Promise<never> {
  let expected: Expected = 'no-stream';
  for (let revision = 0; ; revision += BATCH) {
    const events: NewEvent[] = Array.from({ length: BATCH }, (_, i) => ({
      id: idOf(stream, revision + i),
      type: 'Appended',
      data,
      metadata: Buffer.from('{}'),
    }));
    const result = await store.append(stream, events, expected);
    if (!result.ok) throw new Error(`${stream} has another writer.`);
    expected = result.revision;
    writeSync(1, `${stream} ${result.revision}\n`);
  }
}

await Promise.all(Array.from({ length: STREAMS }, (_, i) => appendForEver(`child-${i}`)));
