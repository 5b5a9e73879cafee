import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { hash } from 'node:crypto';
import { LogReader, seedSigner } from '@flightdeck/proof';
import { appended, EVENTS_PER_APPEND, inDirectory, STREAMS, WARM_EVENTS } from './append.bench.js';
import { percentile, type Figure } from './report.js';

/** Built beside the benchmarks. */
const KEEPER_URL = new URL('../apps/proof/keeper.js', import.meta.url);
const ORIGIN = 'flightdeck/bench';
const SEED = Buffer.alloc(32, 1);
const HALF = 0.5;
/** As much as a leaf of the benchmark's events has. */
const LEAF_BYTES = 500;
const POLL_MS = 5;
/** Both ways rest as long before they are timed, for a process that has rested appends more slowly than one that has not. */
const REST_MS = 1_500;

/** What the proof log costs appends, which run alone and beside its keeper in turns; and how fast the keeper is when it is alone. */
export async function proofBench({ quick }: { readonly quick: boolean }): Promise<Figure[]> {
  const [turns, rounds] = quick ? [3, 10] : [15, 40];
  const [alone, beside, kept]: [number[], number[], number[]] = [[], [], []];
  const ways = [
    async (): Promise<void> => void alone.push(await appendedAlone(rounds)),
    async (): Promise<void> => {
      const measured = await inDirectory((directory) => appendedBeside(directory, rounds));
      beside.push(measured.appended);
      kept.push(measured.kept);
    },
  ];
  for (let turn = 0; turn < turns; turn++) {
    for (const way of ways) await way();
    ways.reverse(); // neither is always the first
  }
  const median = (values: readonly number[]): number => percentile(values, HALF);
  return [
    {
      ...{ name: 'append beside the proof log', value: median(beside), unit: 'events/s' },
      ceiling: { name: 'append alone', value: median(alone) },
      details: { 'median of the ratios, turn by turn': ratios(beside, alone) },
      budget: '≥ 0.95',
    },
    {
      ...{ name: 'proof log, catching up after them', value: median(kept), unit: 'events/s' },
      ceiling: { name: 'the two SHA-256 of an event alone', value: hashed() },
    },
  ];
}

function ratios(values: readonly number[], ceilings: readonly number[]): string {
  return percentile(
    values.map((value, turn) => value / (ceilings[turn] ?? Infinity)),
    HALF,
  ).toFixed(3);
}

function appendedAlone(rounds: number): Promise<number> {
  return inDirectory((directory) => appended(join(directory, 'ledger'), rounds, () => delay(REST_MS)));
}

interface Beside {
  readonly appended: number;
  /** Events a second that the keeper signed after the appends. */
  readonly kept: number;
}

async function appendedBeside(directory: string, rounds: number): Promise<Beside> {
  const ledger = join(directory, 'ledger');
  const proof = join(directory, 'proof');
  const workerData = {
    ledger: { directory: ledger },
    directory: proof,
    origin: ORIGIN,
    seed: SEED,
    anchors: [],
  };
  let keeper: Worker | undefined;
  const rate = await appended(ledger, rounds, async () => {
    const rested = delay(REST_MS);
    keeper = new Worker(KEEPER_URL, { workerData });
    await once(keeper, 'message'); // it follows
    await signed(proof, WARM_EVENTS);
    await rested;
  });
  const startedAt = performance.now();
  const end = WARM_EVENTS + rounds * STREAMS * EVENTS_PER_APPEND;
  const before = await signed(proof, 0);
  await signed(proof, end);
  const kept = (end - before) / ((performance.now() - startedAt) / 1000);
  keeper?.postMessage({ kind: 'stop' });
  if (keeper !== undefined) await once(keeper, 'exit');
  return { appended: rate, kept };
}

/** Waits until so many events are signed, and says how many are. */
async function signed(proof: string, events: number): Promise<number> {
  const reader = new LogReader(proof, { name: ORIGIN, publicKey: await seedSigner(SEED).publicKey() });
  try {
    for (;;) {
      const size = reader.latest()?.size ?? 0;
      if (size >= events) return size;
      await delay(POLL_MS);
    }
  } finally {
    reader.close();
  }
}

function hashed(): number {
  const events = 300_000;
  const leaf = Buffer.alloc(LEAF_BYTES);
  const node = Buffer.alloc(65);
  const startedAt = performance.now();
  for (let n = 0; n < events; n++) {
    hash('sha256', leaf, 'buffer');
    hash('sha256', node, 'buffer');
  }
  return events / ((performance.now() - startedAt) / 1000);
}
