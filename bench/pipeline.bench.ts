import { openUserKeys, UserKeys } from '@flightdeck/ledger';
import { runPipeline } from '../apps/ingest/src/pipeline/pipeline.js';
import { ledgerIdentity } from '../apps/ingest/src/prepare/ledger-identity.js';
import { Preparer } from '../apps/ingest/src/prepare/preparer.js';
import { campaignIdOf, TrafficBody } from './load/traffic.js';

const CAMPAIGNS = 1_000;
const BATCH = 500;
const PARTITIONS = 16;
const USER_KEYS = UserKeys.create(Buffer.alloc(32, 7), Buffer.alloc(32, 8)).toString();
const ROUNDS = 800;
const ROUNDS_QUICK = 40;
const WARM_UP_SHARE = 0.1;
const CONTENT_TYPE = 'application/x-ndjson';

/** Bytes in, packed events out, on one core and without a ledger; beside bare JSON.parse of the same lines in the same run. */
export async function pipelineBench({ quick }: { readonly quick: boolean }): Promise<{
  readonly name: string;
  readonly eventsPerSecond: number;
  readonly ceiling: { readonly name: 'JSON.parse'; readonly eventsPerSecond: number };
  readonly ratio: number;
}> {
  const rounds = quick ? ROUNDS_QUICK : ROUNDS;
  const ceiling = await measured(rounds, async (body) => {
    for (const line of body.toString('utf8').split('\n')) if (line !== '') JSON.parse(line);
  });
  const nowMs = Date.now();
  const campaign = { currency: 'USD', timezone: 'America/New_York' };
  const campaigns = new Map(Array.from({ length: CAMPAIGNS }, (_, index) => [campaignIdOf(index), campaign]));
  const preparer = new Preparer(ledgerIdentity(PARTITIONS, openUserKeys(USER_KEYS)), (id) =>
    campaigns.get(id),
  );
  const context = { receivedAtMs: nowMs, source: 'http', correlationId: 'bench' };
  const eventsPerSecond = await measured(rounds, async (body) => {
    const result = await runPipeline({ body, contentType: CONTENT_TYPE, context, eventIds: false }, preparer);
    if (!result.ok || result.prepared.refused.length > 0)
      throw new Error('The benchmark sends good events only.');
  });
  return {
    name: 'pipeline, bytes to packed events, 1 core',
    eventsPerSecond,
    ceiling: { name: 'JSON.parse', eventsPerSecond: ceiling },
    ratio: eventsPerSecond / ceiling,
  };
}

/** Events per second of `work` over `rounds` fresh bodies; what it takes to stamp them is not counted. */
async function measured(rounds: number, work: (body: Buffer) => Promise<void>): Promise<number> {
  const traffic = new TrafficBody(BATCH, CAMPAIGNS, 0, new Date().toISOString(), 'pipeline');
  let elapsedMs = 0;
  let counted = 0;
  for (let round = 0; round < rounds; round++) {
    const body = traffic.stamped(round * BATCH);
    const startMs = performance.now();
    await work(body);
    if (round < rounds * WARM_UP_SHARE) continue;
    elapsedMs += performance.now() - startMs;
    counted += BATCH;
  }
  return Math.round((counted / elapsedMs) * 1000);
}
