import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { rspack } from '@rspack/core';
import { TIME_WINDOWS } from '../prepare/settings.js';
import {
  CONTEXT,
  FixedDirectory,
  impression,
  USER_KEYS,
  NDJSON,
  NEW_YORK,
  unpack,
} from '../testing/fixtures.js';
import { PipelinePool, RESTARTS_MAX } from './pipeline-pool.js';
import { PipelineUnavailable } from './pipeline-unavailable.js';
import type { PipelineResult, ProfilesOf } from './pipeline.js';

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-worker-'));
const workerUrl = pathToFileURL(join(directory, 'worker.mjs'));
const pools: PipelinePool[] = [];

beforeAll(async () => {
  symlinkSync(resolve('node_modules'), join(directory, 'node_modules'), 'junction');
  await bundle('apps/ingest/src/worker.ts', directory);
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const raise = (error: Error) => {
  throw error;
};

function open(
  workers: number,
  campaigns: FixedDirectory,
  options: { url?: URL; profilesOf?: ProfilesOf; onFatal?: (error: Error) => void } = {},
) {
  const pool = new PipelinePool({
    workers,
    workerUrl: options.url ?? workerUrl,
    inlineBelowBytes: 0,
    partitions: 16,
    userKeys: USER_KEYS,
    windows: TIME_WINDOWS,
    campaigns,
    onFatal: options.onFatal ?? raise,
    ...(options.profilesOf === undefined ? {} : { profilesOf: options.profilesOf }),
  });
  pools.push(pool);
  return pool;
}

const job = (lines: readonly string[]) => ({
  body: Buffer.from(lines.join('\n')),
  contentType: NDJSON,
  context: CONTEXT,
  eventIds: true,
});
const prepared = (result: PipelineResult) => {
  if (!result.ok) throw new Error(result.refusal.detail);
  return result.prepared;
};

describe('a pipeline in a worker', () => {
  it('makes of the same bytes what the pipeline makes inline', async () => {
    const campaigns = new FixedDirectory();
    campaigns.register('c1', NEW_YORK);
    const lines = Array.from({ length: 600 }, (_, i) =>
      i % 50 === 7
        ? '{'
        : JSON.stringify(
            impression({
              eventId: i % 9 === 0 ? undefined : `e${i}`,
              campaignId: `c${i % 40}`,
              userId: `u${i}`,
              device: 'é',
            }),
          ),
    );
    const inline = prepared(await open(0, campaigns).run(job(lines)));
    const worker = prepared(await open(2, campaigns).run(job(lines)));
    expect(unpack(worker)).toEqual(unpack(inline));
    expect(worker.eventIds).toEqual(inline.eventIds);
    expect(
      worker.refused.map((record) => ({ ...record, bytes: Buffer.from(record.bytes).toString() })),
    ).toEqual(inline.refused.map((record) => ({ ...record, bytes: Buffer.from(record.bytes).toString() })));
    expect(unpack(worker)).toHaveLength(588);
  });

  it('knows a campaign from the moment at which it changed', async () => {
    const campaigns = new FixedDirectory();
    const pool = open(1, campaigns);
    const currencies: unknown[] = [];
    const run = async () =>
      unpack(prepared(await pool.run(job([JSON.stringify(impression({ price: undefined }))])))).map(
        ({ data }) => data.enriched['currency'],
      );
    const answers: Promise<unknown[]>[] = [];
    for (const currency of ['EUR', 'USD', 'JPY']) {
      answers.push(run());
      campaigns.register('c1', { currency, timezone: 'UTC' });
    }
    answers.push(run());
    for (const answer of answers) currencies.push(...(await answer));
    expect(currencies).toEqual([undefined, 'EUR', 'USD', 'JPY']);
  });

  it('asks the main thread for profiles', async () => {
    const asked: string[] = [];
    const profilesOf: ProfilesOf = async (userIds) => {
      asked.push(...userIds);
      return Promise.resolve(new Map([['u', { segment: 's' }]]));
    };
    const pool = open(1, new FixedDirectory(), { profilesOf });
    const events = unpack(
      prepared(
        await pool.run(job([JSON.stringify(impression({ userId: 'u' })), JSON.stringify(impression())])),
      ),
    );
    expect(asked).toEqual(['u']);
    expect(events.map(({ data }) => data.enriched['profile'])).toEqual([{ segment: 's' }, undefined]);
  });

  it('fails what a crashed worker had, replaces it, and gives up when it crashes again and again', async () => {
    const crashing = join(directory, 'crashing.mjs');
    writeFileSync(
      crashing,
      "import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => { throw new Error('planted'); });",
    );
    const fatal: Error[] = [];
    const pool = open(1, new FixedDirectory(), {
      url: pathToFileURL(crashing),
      onFatal: (error) => fatal.push(error),
    });
    for (let crash = 0; crash <= RESTARTS_MAX; crash++) {
      expect(fatal).toHaveLength(0);
      await expect(pool.run(job(['{}']))).rejects.toThrow(PipelineUnavailable);
    }
    expect(fatal).toHaveLength(1);
    await expect(pool.run(job(['{}']))).rejects.toThrow(PipelineUnavailable);
  });

  it('finishes what it has before it closes, and takes nothing afterwards', async () => {
    const pool = open(1, new FixedDirectory());
    const running = pool.run(job([JSON.stringify(impression())]));
    await pool.close();
    expect(prepared(await running).records).toBe(1);
    await expect(pool.run(job(['{}']))).rejects.toThrow(PipelineUnavailable);
  });
});

/** The worker as one file, built as the product's build does. */
async function bundle(entry: string, path: string): Promise<void> {
  const libs = ['bus', 'contracts', 'domain', 'event-store', 'ledger', 'platform', 'read-models'];
  const external = /^(node:|[a-z@](?!:))/;
  await new Promise<void>((done, fail) => {
    rspack(
      {
        context: process.cwd(),
        entry: resolve(entry),
        mode: 'none',
        target: 'node',
        output: {
          path,
          filename: 'worker.mjs',
          module: true,
          library: { type: 'module' },
          chunkFormat: 'module',
        },
        externals: [
          ({ request = '' }, callback) => {
            const isOurs = request.startsWith('@flightdeck/') || !external.test(request);
            if (isOurs) callback();
            else
              callback(undefined, `module ${builtinModules.includes(request) ? `node:${request}` : request}`);
          },
        ],
        resolve: {
          extensions: ['.ts', '.js'],
          extensionAlias: { '.js': ['.ts', '.js'] },
          alias: Object.fromEntries(
            libs.map((lib) => [`@flightdeck/${lib}$`, resolve(`libs/${lib}/src/index.ts`)]),
          ),
        },
        module: {
          rules: [
            {
              test: /\.ts$/,
              loader: 'builtin:swc-loader',
              options: { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' } },
            },
          ],
        },
      },
      (error, stats) => {
        if (error !== null) fail(error);
        else if (stats?.hasErrors() === true) fail(new Error(stats.toString({ colors: false })));
        else done();
      },
    );
  });
}
