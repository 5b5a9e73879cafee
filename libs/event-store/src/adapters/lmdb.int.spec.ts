import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { transpile, type Transpiled } from '@flightdeck/testing';
import { EXIT_STORE_FAILED, lmdbEventStore, StoreInUse } from './lmdb.js';

/** Enough for a few commits and not for many; in blocks of 512 or 1,024 bytes, as the shell has it. */
const FILE_BLOCKS_MAX = 4_096;
const KILLS = 5;

/** What a child said was durable: the last acknowledged revision of each stream. */
interface Child {
  readonly pid: number;
  readonly acknowledged: Map<string, number>;
  /** Resolves once the child has said so many lines. */
  said(lines: number): Promise<void>;
  kill(): void;
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

let program: Transpiled;
let directory: string;
beforeAll(() => {
  program = transpile(join(import.meta.dirname, '..'));
});
afterAll(() => program.dispose());
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-event-store-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function start(command: string, ...args: string[]): Child {
  const child = spawn(command, [...args, program.file('adapters/lmdb/appending.child.ts'), directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const acknowledged = new Map<string, number>();
  let stderr = '';
  let lines = 0;
  const waiting: { readonly lines: number; readonly resolve: () => void }[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [stream, revision] = line.split(' ');
    if (stream !== undefined && revision !== undefined) acknowledged.set(stream, Number(revision));
    lines++;
    for (const wait of waiting) if (lines >= wait.lines) wait.resolve();
  });
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, stderr })),
  );
  return {
    pid: child.pid ?? 0,
    acknowledged,
    ended,
    said: (least) =>
      Promise.race([
        new Promise<void>((resolve) => waiting.push({ lines: least, resolve })),
        ended.then((end) => {
          throw new Error(`The child ended first: ${JSON.stringify(end)}`);
        }),
      ]),
    kill: () => child.kill('SIGKILL'),
  };
}

/** Opens what a child left behind and finds each stream whole, at least as far as it was acknowledged. */
async function expectKept({ acknowledged }: Child): Promise<number> {
  const store = await lmdbEventStore(directory);
  let missing = 0;
  for (const [stream, revision] of acknowledged) {
    let next = 0;
    for await (const event of store.read(stream, 'start', { direction: 'forwards', max: 1_000_000 }))
      expect(event.revision).toBe(next++);
    missing += Math.max(0, revision + 1 - next);
    expect(next % 5).toBe(0); // no append is there in part
  }
  await store.close();
  return missing;
}

describe('another process', () => {
  it('is refused while the owner lives, and takes over when it was killed', async () => {
    const owner = start(process.execPath);
    await owner.said(1);
    await expect(lmdbEventStore(directory)).rejects.toThrow(StoreInUse);
    await expect(lmdbEventStore(directory)).rejects.toThrow(new RegExp(`process ${owner.pid}\\.`));
    const second = await start(process.execPath).ended;
    expect(second.code).not.toBe(0);
    expect(second.stderr).toContain(`in use by process ${owner.pid}`);
    owner.kill();
    await owner.ended;
    const store = await lmdbEventStore(directory);
    await store.close();
  });

  it('loses nothing acknowledged when it is killed amid its appends', async () => {
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start(process.execPath);
      await child.said(20 + kill * 37);
      child.kill();
      await child.ended;
      expect(child.acknowledged.size).toBe(4);
      expect(await expectKept(child)).toBe(0);
      // Planted bug: an acknowledgement of what was never written must be noticed.
      child.acknowledged.set('child-0', 1_000_000);
      expect(await expectKept(child)).toBeGreaterThan(0);
      rmSync(directory, { recursive: true, force: true });
    }
  });

  // A failing fsync (EIO) needs strace or a faulty disk and is tried in the fault suite; a full disk fails the same commit.
  it('ends at once when a commit fails, having acknowledged nothing that is lost', async () => {
    const child = start('/bin/sh', '-c', `ulimit -f ${FILE_BLOCKS_MAX}; exec "$0" "$@"`, process.execPath);
    const { code, stderr } = await child.ended;
    expect(stderr).toContain('cannot commit');
    expect(code).toBe(EXIT_STORE_FAILED);
    expect(child.acknowledged.size).toBe(4);
    expect(await expectKept(child)).toBe(0);
  });
});
