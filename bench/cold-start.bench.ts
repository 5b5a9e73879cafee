import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventStoreDb } from '@flightdeck/event-store/eventstoredb';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { campaign } from '@flightdeck/domain';
import {
  campaignsWriter,
  followCampaigns,
  openAdLedger,
  openLedgerMeta,
  readLedgerMeta,
  UserKeyFile,
} from '@flightdeck/ledger';
import { startLedger } from '../libs/testing/src/process/ledger-process.js';
import { fill, PARTITIONS } from './load/ledger.js';
import type { Figure } from './report.js';

const EVENTS = 1_000_000;
const EVENTS_QUICK = 50_000;
const STARTS = 5;
const STARTS_QUICK = 2;
const DAY_MS = 86_400_000;
const HORIZON_MS = 7 * DAY_MS;
const BUNDLE = 'dist/apps/ingest/lambda/index.mjs';
const ANSWERED = '{"batchItemFailures":[]}';
/** Stands in for the Lambda runtime: one invocation, its answer on a line, and the end. */
const RUNTIME = `
import { handler } from './index.mjs';
console.log(JSON.stringify(await handler(JSON.parse(process.env.INVOCATION))));
process.exit();`;

/**
 * A cold start of the Lambda function: from the start of a fresh Node process until it has handled its first batch, over ledgers of
 * different sizes; the ceiling is a Node process that does nothing. The ledger is a process of its own, behind its protocol.
 */
export async function coldStartBench({ quick }: { readonly quick: boolean }): Promise<Figure[]> {
  const events = quick ? EVENTS_QUICK : EVENTS;
  const starts = quick ? STARTS_QUICK : STARTS;
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-cold-start-'));
  const bare = await median(starts, () => run(directory, `console.log(${JSON.stringify(ANSWERED)})`, {}));
  const figure = (name: string, value: number, filled: number): Figure => ({
    ...{ name: `Lambda, cold start: ${name}`, value, unit: 'ms' },
    ceiling: { name: 'a Node process that does nothing', value: bare },
    details: { events: filled, starts, 'bundle bytes': statSync(BUNDLE).size },
  });
  try {
    UserKeyFile.open(directory, 'user-keys');
    copyFileSync(BUNDLE, join(directory, 'index.mjs'));
    const over = (name: string, filled: number, atMs: number): Promise<number> =>
      coldStarts(directory, { name, events: filled, atMs, starts, begins: false });
    const nowMs = Date.now();
    const begun = { name: 'begun', events, atMs: nowMs, starts, begins: true };
    return [
      figure('empty ledger', await over('empty', 0, nowMs), 0),
      figure('events of today', await over('young', events, nowMs), events),
      figure('events of today, begun from an index', await coldStarts(directory, begun), events),
      figure('events past the horizon', await over('old', events, nowMs - HORIZON_MS - DAY_MS), events),
    ];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

interface World {
  readonly name: string;
  readonly events: number;
  /** When all of them were recorded. */
  readonly atMs: number;
  readonly starts: number;
  /** Whether a function begins from the index of a process that keeps it fresh. */
  readonly begins: boolean;
}

async function coldStarts(directory: string, world: World): Promise<number> {
  const { name, events, atMs, starts, begins } = world;
  const clock = (): number => atMs;
  const store = await lmdbEventStore(join(directory, name), { clock });
  await openLedgerMeta(store, {
    ...{ partitions: PARTITIONS, dedupeHorizonMs: HORIZON_MS, clock, newId: randomUUID },
  });
  await fill(store, events);
  if (begins) {
    const settings = { partitions: PARTITIONS, clock, newId: randomUUID };
    const owner = await openAdLedger({ store, directory: join(directory, `${name}-owner`), ...settings });
    await owner.refresh();
    await owner.close();
  }
  await store.close();
  const ledger = await startLedger(join(directory, name));
  if (begins) await writeCampaigns(ledger.url, join(directory, `${name}-owner`), clock);
  let n = 0;
  try {
    return await median(starts, () => {
      const index = join(directory, `${name}-index-${(n += 1)}`); // an environment begins with nothing
      mkdirSync(index);
      return run(directory, RUNTIME, {
        FLIGHTDECK_EVENTSTORE: ledger.url,
        FLIGHTDECK_USER_KEYS_FILE: join(directory, 'user-keys'),
        FLIGHTDECK_INDEX_DIR: index,
        ...(begins ? { FLIGHTDECK_INDEX_FROM: join(directory, `${name}-owner`) } : {}),
        INVOCATION: invocation(`${name}-${n}`),
      });
    });
  } finally {
    await ledger.stop('SIGTERM');
  }
}

/** As the running process does, over the ledger's protocol: it looks through the whole ledger once. */
async function writeCampaigns(url: string, dataDirectory: string, clock: () => number): Promise<void> {
  const store = eventStoreDb(url);
  const { ledgerId } = (await readLedgerMeta(store)) ?? fail(new Error('There is no ledger.'));
  const campaigns = followCampaigns({ store, evolve: campaign.evolve, onFatal: fail });
  await campaignsWriter(campaigns, { dataDirectory, ledgerId, clock })();
  await campaigns.close();
  await store.close();
}

/** Milliseconds from the start of the process until it has answered. @throws for another answer than that all is done. */
async function run(cwd: string, script: string, env: Readonly<Record<string, string>>): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...{ cwd, env, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const tookMs = performance.now() - startedAt;
    if (line !== ANSWERED) throw new Error(`The function answered ${line}`);
    child.kill('SIGKILL');
    return tookMs;
  }
  throw new Error('The function ended without an answer.');
}

function fail(error: unknown): never {
  throw error;
}

async function median(times: number, measure: () => Promise<number>): Promise<number> {
  const took: number[] = [];
  for (let time = 0; time < times; time += 1) took.push(await measure());
  return took.sort((a, b) => a - b)[Math.floor(times / 2)] ?? 0;
}

function invocation(eventId: string): string {
  const event = { eventId, type: 'click', campaignId: 'cold', occurredAt: new Date().toISOString() };
  const data = Buffer.from(JSON.stringify(event)).toString('base64');
  const sequenceNumber = String(10n ** 55n);
  const record = {
    kinesis: { kinesisSchemaVersion: '1.0', sequenceNumber, data },
    ...{ eventSource: 'aws:kinesis', eventID: `shardId-000000000000:${sequenceNumber}` },
    eventSourceARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/ads',
  };
  return JSON.stringify({ Records: [record] });
}
