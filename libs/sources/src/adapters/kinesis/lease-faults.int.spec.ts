import {
  DYNAMODB_ERRORS,
  everyFault,
  PEER_REGION,
  startDynalite,
  startFaultProxy,
  startKinesalite,
  startStreamPeer,
  type AwsPeer,
  type Fault,
  type FaultProxy,
  type Json,
  type StreamPeer,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TakeBatch } from '../../record-source.js';
import { kinesisAddress, kinesisSource, type KinesisSource } from '../kinesis.js';

const RECORDS = 60;
const SHARDS = 2;
/** A fault befalls the first call of a cell and every third one, so many at most. */
const BEFALLEN_MAX = 6;

let kinesis: StreamPeer;
let dynamo: AwsPeer;
let proxy: FaultProxy;
let streams = 0;
beforeAll(async () => {
  [kinesis, dynamo] = await Promise.all([startStreamPeer(startKinesalite), startDynalite()]);
  proxy = await startFaultProxy(dynamo.url);
});
afterAll(async () => {
  await proxy.close();
  await dynamo.close();
  await kinesis.close();
});

function open(stream: string, me: string, leasesAt: string): KinesisSource {
  const at = encodeURIComponent;
  const address = `kinesis://${stream}?region=${PEER_REGION}&endpoint=${at(kinesis.peer.url)}&dynamodb=${at(leasesAt)}`;
  return kinesisSource(kinesisAddress(address), {
    ...{ me, random: () => 0, monotonicMs: () => performance.now() },
    ...{ roundMs: 10, leaseMs: 600, pace: { minMs: 5, maxMs: 20 }, callMsMax: 300 },
    ...{ onError: () => undefined, onGap: (shardId) => expect(shardId).toBe('no shard has a gap') },
  });
}

/** Two workers that share a stream, their lease table behind a fault; then a third that goes on, past any fault. */
async function underFault(operation: string, fault: Fault, befallenMax = BEFALLEN_MAX) {
  const stream = await kinesis.create(`leases-${(streams += 1)}`, SHARDS);
  const texts = Array.from({ length: RECORDS }, (_, index) => [`k${index}`, String(index)] as const);
  const first = proxy.calls.length;
  const { befallen } = proxy;
  proxy.fault = (call) => {
    const number = proxy.calls.slice(first).filter((one) => one.operation === operation).length;
    const isDue = befallenMax === Infinity || (proxy.befallen - befallen < befallenMax && number % 3 === 1);
    return call.operation === operation && isDue ? fault : undefined;
  };
  const came: string[] = [];
  const take: TakeBatch = async ({ records }) => {
    came.push(...records.map(({ data }) => Buffer.from(data).toString()));
  };
  const stop = new AbortController();
  const sources = ['one', 'two'].map((me) => open(stream, me, proxy.url));
  const runs = sources.map((source) => source.run(take, stop.signal));
  await kinesis.put(stream, texts);
  await until(() => new Set(came).size === RECORDS);
  await until(() => proxy.befallen > befallen);
  if (befallenMax !== Infinity) proxy.fault = undefined;
  stop.abort();
  await Promise.all(runs);
  proxy.fault = undefined;
  const again: string[] = [];
  const next = new AbortController();
  const third = open(stream, 'three', dynamo.url);
  const run = third.run(async ({ records }) => {
    again.push(...records.map(({ data }) => Buffer.from(data).toString()));
  }, next.signal);
  await kinesis.put(stream, [['k', 'last']]);
  await until(() => again.includes('last'));
  next.abort();
  await run;
  for (const source of [...sources, third]) source.close();
  return { came, again };
}

const OPERATIONS = ['CreateTable', 'DescribeTable', 'Scan', 'PutItem', 'UpdateItem'];
const CELLS = OPERATIONS.flatMap((operation) =>
  everyFault(DYNAMODB_ERRORS).map(([name, fault]) => [operation, name, fault] as const),
);

describe('leases, whatever befalls a call', () => {
  it.each(CELLS)('lose no record and leave no shard behind when %s is %s', async (operation, _, fault) => {
    const { came, again } = await underFault(operation, fault);
    expect(new Set(came).size).toBe(RECORDS);
    // Who stopped wrote down how far it had come: the next begins there, and reads nothing of it again.
    expect(again).toEqual(['last']);
  });

  it('would be seen to read again what was read if checkpoints were lost on the way (planted)', async () => {
    const forgetful: Fault = {
      kind: 'rewrite',
      call: (body) => ({ sent: withoutCheckpoint(body), answer: (answer) => answer }),
    };
    const { again } = await underFault('UpdateItem', forgetful, Infinity);
    expect(again.length).toBeGreaterThan(1);
  });
});

/** The change of a lease, but for how far the shard has come. */
function withoutCheckpoint(body: Json): Json {
  const values = body['ExpressionAttributeValues'] as Readonly<Record<string, unknown>>;
  if (values[':checkpoint'] === undefined) return body;
  const { ':checkpoint': _, ...rest } = values;
  const { '#checkpoint': __, ...names } = body['ExpressionAttributeNames'] as Readonly<
    Record<string, string>
  >;
  const UpdateExpression = String(body['UpdateExpression']).replace(', #checkpoint = :checkpoint', '');
  return { ...body, UpdateExpression, ExpressionAttributeNames: names, ExpressionAttributeValues: rest };
}

/** Asks with a pause between; Jest ends what never is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((next) => setTimeout(next, 5));
}
