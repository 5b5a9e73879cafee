import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { AWS_LOCAL, type AwsLocal } from '../../libs/testing/src/peers/aws-local.js';
import { PEER_REGION } from '../../libs/testing/src/peers/aws-peers.js';
import type { FlightdeckProcess } from '../../libs/testing/src/process/flightdeck-process.js';
import { caller, click, put, registerCampaign, type ProducedEvent, type Say } from './prove.js';

const EVENTS_PER_SECOND = 300;
const SECONDS = 20;
const PUT_EVERY_MS = 100;
const CROSSINGS = 60;
const BACKGROUND = 20;
const BUDGET_MICROS = 1_000_000;
const SETTLE_MS = 5_000;
const BUS_SAMPLES = 30;

/**
 * From PutRecords to the command in the queue, at 300 events a second; and beside it what the peers alone take in the same run:
 * a call of Kinesis, and from PutEvents to the queue.
 */
export async function measure(aws: AwsLocal, flightdeck: FlightdeckProcess, say: Say): Promise<void> {
  const call = caller(flightdeck);
  for (let i = 0; i < CROSSINGS; i += 1) await registerCampaign(call, `cross-${i}`, BUDGET_MICROS);
  for (let i = 0; i < BACKGROUND; i += 1) await registerCampaign(call, `calm-${i}`, 1_000 * BUDGET_MICROS);
  const busMs = await busAlone(aws);
  const putAtMs = new Map<string, number>();
  const commandMs = new Map<string, number>();
  const listening = new AbortController();
  const listener = listen(aws, putAtMs, commandMs, listening.signal);
  const putMs = await load(aws, putAtMs);
  const deadline = Date.now() + SETTLE_MS;
  while (commandMs.size < CROSSINGS && Date.now() < deadline)
    await new Promise((next) => setTimeout(next, 50));
  listening.abort();
  await listener;
  if (commandMs.size < CROSSINGS) throw new Error(`${CROSSINGS - commandMs.size} commands did not come.`);
  const whole = quantiles([...commandMs.values()]);
  const peers = { putRecordsMs: quantiles(putMs), putEventsToQueueMs: quantiles(busMs) };
  const peersMs = peers.putRecordsMs.p50 + peers.putEventsToQueueMs.p50;
  const figures = {
    eventsPerSecond: EVENTS_PER_SECOND,
    putRecordsToCommandMs: whole,
    peers,
    // Of the medians: the reads of the stream, which wait for their turn, and DynamoDB are in the rest.
    peersShareOfP50: Number((peersMs / whole.p50).toFixed(2)),
  };
  say(`measured     ${JSON.stringify(figures)}`);
}

/** Keeps to its pace whatever the answers take. Each crossing campaign spends its budget with one event, spread over the run. */
async function load({ kinesis }: AwsLocal, putAtMs: Map<string, number>): Promise<number[]> {
  const putMs: number[] = [];
  const puts = (SECONDS * 1_000) / PUT_EVERY_MS;
  const perPut = (EVENTS_PER_SECOND * PUT_EVERY_MS) / 1_000;
  const startMs = performance.now();
  const underWay: Promise<void>[] = [];
  for (let n = 0; n < puts; n += 1) {
    await new Promise((next) =>
      setTimeout(next, Math.max(0, startMs + n * PUT_EVERY_MS - performance.now())),
    );
    const events: ProducedEvent[] = Array.from({ length: perPut }, (_, index) =>
      click(`m-${n}-${index}`, `calm-${(n + index) % BACKGROUND}`, 1_000),
    );
    const crossing = Math.floor((n * CROSSINGS) / puts);
    const crosses = Math.floor(((n - 1) * CROSSINGS) / puts) !== crossing;
    if (crosses) events.push(click(`x-${crossing}`, `cross-${crossing}`, BUDGET_MICROS));
    const atMs = performance.now();
    if (crosses) putAtMs.set(`cross-${crossing}`, atMs);
    underWay.push(put(kinesis, events).then(() => void putMs.push(performance.now() - atMs)));
  }
  await Promise.all(underWay);
  return putMs;
}

async function listen(
  { target }: AwsLocal,
  putAtMs: ReadonlyMap<string, number>,
  commandMs: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const { detail } of await target.receive()) {
      const { campaignId } = detail as { campaignId: string };
      const atMs = putAtMs.get(campaignId);
      if (atMs !== undefined && !commandMs.has(campaignId))
        commandMs.set(campaignId, performance.now() - atMs);
    }
    await new Promise((next) => setTimeout(next, 5));
  }
}

/** What EventBridge and SQS, as the peers are, take by themselves. */
async function busAlone({ eventBridgeUrl, target }: AwsLocal): Promise<number[]> {
  const client = new EventBridgeClient({ region: PEER_REGION, endpoint: eventBridgeUrl });
  const tookMs: number[] = [];
  for (let n = 0; n < BUS_SAMPLES; n += 1) {
    const atMs = performance.now();
    const entry = { EventBusName: AWS_LOCAL.bus, Source: 'measure', DetailType: 'Nothing', Detail: '{}' };
    await client.send(new PutEventsCommand({ Entries: [entry] }));
    while ((await target.receive()).length === 0) await new Promise((next) => setTimeout(next, 2));
    tookMs.push(performance.now() - atMs);
  }
  client.destroy();
  return tookMs;
}

function quantiles(values: readonly number[]): Readonly<Record<'p50' | 'p90' | 'p99', number>> {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}
