import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { fileAnchor } from '../adapters/file-anchor.js';
import { s3Anchor } from '../adapters/s3-anchor.js';
import { checkpointText } from '../note/checkpoint.js';
import { signNote } from '../note/signed-note.js';
import { seedSigner } from '../note/signer.js';
import { AnchorDisagrees, type Anchor, type AnchoredCheckpoint } from './anchor.js';
import { Anchoring } from './anchoring.js';

const ORIGIN = 'flightdeck/test';
const NOW_MS = Date.parse('2026-11-22T15:00:00Z');
const signer = seedSigner(Buffer.alloc(32, 1));

async function checkpoint(size: number, origin = ORIGIN, fill = 3): Promise<AnchoredCheckpoint> {
  const text = checkpointText({ origin, size, root: Buffer.alloc(32, fill) });
  return { origin, size, note: await signNote(text, origin, signer) };
}

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-anchor-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('an anchor file', () => {
  it('keeps each checkpoint once, in order', async () => {
    const anchor = fileAnchor(join(directory, 'anchor'));
    const [one, two] = [await checkpoint(5), await checkpoint(10)];
    for (const each of [one, one, two, two]) await anchor.put(each);
    expect(readFileSync(join(directory, 'anchor'), 'utf8')).toBe(`${one.note}\n${two.note}`);
  });

  it('refuses the past of another ledger, and a ledger that has become shorter', async () => {
    const anchor = fileAnchor(join(directory, 'anchor'));
    await anchor.put(await checkpoint(10));
    await expect(anchor.put(await checkpoint(11, 'flightdeck/other'))).rejects.toThrow(AnchorDisagrees);
    await expect(anchor.put(await checkpoint(9))).rejects.toThrow(AnchorDisagrees);
  });
});

describe('an S3 bucket', () => {
  it('keeps each checkpoint as an object of its own', async () => {
    const fauxqs = await startFauxqs({ port: 0, logger: false });
    const endpoint = `http://127.0.0.1:${fauxqs.port}`;
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const client = new S3Client({ endpoint, region: 'us-east-1', credentials, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: 'anchors' }));
    const { note, ...rest } = await checkpoint(10);
    await withCredentials(async () => {
      const anchor = s3Anchor(`s3://anchors?prefix=p&region=us-east-1&endpoint=${endpoint}`, {
        clock: () => NOW_MS,
      });
      await anchor.put({ note, ...rest });
      anchor.close();
    });
    const Key = 'p/flightdeck/test/0000000000000010.note';
    const kept = await client.send(new GetObjectCommand({ Bucket: 'anchors', Key }));
    expect(await kept.Body?.transformToString()).toBe(note);
    client.destroy();
    await fauxqs.stop();
  });

  it('only ever creates, locks for as long as asked, and tells a fork', async () => {
    const bucket = await createOnlyBucket();
    await withCredentials(async () => {
      const url = `s3://anchors?lockDays=30&region=us-east-1&endpoint=${bucket.url}`;
      const anchor = s3Anchor(url, { clock: () => NOW_MS });
      await anchor.put(await checkpoint(10));
      await anchor.put(await checkpoint(10));
      await expect(anchor.put(await checkpoint(10, ORIGIN, 4))).rejects.toThrow(AnchorDisagrees);
      anchor.close();
    });
    expect(bucket.locks).toEqual(Array(3).fill(['*', 'COMPLIANCE', '2026-12-22T15:00:00Z']));
    bucket.server.close();
  });

  it('refuses an address that is none', () => {
    expect(() => s3Anchor('s3://b?lockDays=never', { clock: () => 0 })).toThrow('lockDays');
    expect(() => s3Anchor('gs://b', { clock: () => 0 })).toThrow('s3://');
  });
});

describe('anchoring', () => {
  it('gives anchors a checkpoint now and then and at the end; one that fails holds nobody up', async () => {
    const kept: number[] = [];
    const failures: string[] = [];
    let nowMs = 0;
    const good: Anchor = { name: 'good', put: async ({ size }) => void kept.push(size) };
    const bad: Anchor = { name: 'bad', put: () => Promise.reject(new Error('It is away.')) };
    const anchoring = new Anchoring([bad, good], {
      ...{ everyMs: 1_000, monotonicMs: () => nowMs },
      onFailure: (error, anchor) => failures.push(`${anchor}: ${String(error)}`),
    });
    for (const [atMs, size] of [
      [0, 1],
      [500, 2],
      [1_500, 3],
      [1_600, 4],
    ] as const) {
      nowMs = atMs;
      anchoring.offer(await checkpoint(size));
    }
    await anchoring.close();
    expect(kept).toEqual([1, 3, 4]);
    expect(failures).toEqual(Array(3).fill('bad: Error: It is away.'));
  });
});

/** The part of S3 that the peer above lacks: a conditional put, and what it was asked to lock. */
async function createOnlyBucket(): Promise<{ server: Server; url: string; locks: unknown[] }> {
  const objects = new Map<string, string>();
  const locks: unknown[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url?.split('?')[0] ?? '';
      if (request.method === 'GET') return void response.end(objects.get(path));
      const { headers } = request;
      locks.push([
        headers['if-none-match'],
        headers['x-amz-object-lock-mode'],
        headers['x-amz-object-lock-retain-until-date'],
      ]);
      if (objects.has(path)) response.statusCode = 412;
      else objects.set(path, Buffer.concat(chunks).toString());
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, locks };
}

async function withCredentials(work: () => Promise<void>): Promise<void> {
  process.env['AWS_ACCESS_KEY_ID'] = 'x';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'x';
  try {
    await work();
  } finally {
    delete process.env['AWS_ACCESS_KEY_ID'];
    delete process.env['AWS_SECRET_ACCESS_KEY'];
  }
}
