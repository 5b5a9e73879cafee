import { CreateStreamCommand, KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import {
  partialPutRecords,
  PEER_CREDENTIALS,
  PEER_REGION,
  startFaultProxy,
  startKinesalite,
  type AwsPeer,
  type Call,
  type Fault,
  type FaultProxy,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordSink } from '../record-sink.js';
import { CALL_RECORDS_MAX, kinesisSink, RECORD_BYTES_MAX, ROUNDS_MAX } from './kinesis-sink.js';
import { everything } from './testing/stream-contents.js';

Object.assign(process.env, PEER_CREDENTIALS);

const EVENTS = 1_200;
const CALLS_FAULTY = 4;
const THROTTLED: Fault = { kind: 'answer', status: 400, type: 'ProvisionedThroughputExceededException' };
const FAULTS: readonly (readonly [string, Fault])[] = [
  ['a delay', { kind: 'delay', ms: 30 }],
  ['a reset', { kind: 'reset' }],
  ['a cut after it was done', { kind: 'cut' }],
  ['a cut in the middle of the answer', { kind: 'cut', afterBytes: 20 }],
  ['throttling', THROTTLED],
  ['an error of the service', { kind: 'answer', status: 500, type: 'InternalFailure' }],
  ['a partial failure', partialPutRecords((_, index) => index % 3 === 0)],
  ['a partial failure inside', partialPutRecords((_, index) => index % 7 === 1, 'InternalFailure')],
];

let peer: AwsPeer;
let proxy: FaultProxy;
let client: KinesisClient;
beforeAll(async () => {
  peer = await startKinesalite();
  proxy = await startFaultProxy(peer.url);
  client = new KinesisClient(awsClientConfig({ region: PEER_REGION, endpoint: peer.url }));
});
afterAll(async () => {
  client.destroy();
  await proxy.close();
  await peer.close();
});

let sink: RecordSink;
afterEach(() => sink.close());
async function open(stream: string, slept: number[] = []): Promise<RecordSink> {
  proxy.fault = undefined;
  await client.send(new CreateStreamCommand({ StreamName: stream, ShardCount: 2 }));
  const connection = { name: stream, region: PEER_REGION, endpoint: proxy.url, parameters: new Map() };
  return kinesisSink(connection, { sleep: async (ms) => void slept.push(ms), random: () => 1 });
}
const records = (count = EVENTS) =>
  Array.from({ length: count }, (_, index) => ({
    partitionKey: `c${index % 20}`,
    data: Buffer.from(`{"eventId":"e${index}"}`),
  }));
const texts = (put: ReturnType<typeof records>) => put.map(({ data }) => data.toString()).sort();
const befallsFirst =
  (fault: Fault, calls = CALLS_FAULTY) =>
  (call: Call) =>
    call.operation === 'PutRecords' && call.number <= before + calls ? fault : undefined;
let before = 0;
const putCalls = () => proxy.calls.filter(({ operation }) => operation === 'PutRecords');

describe('putting records into Kinesis', () => {
  it.each(FAULTS)('loses nothing to %s', async (name, fault) => {
    const stream = name.replaceAll(' ', '-');
    sink = await open(stream);
    before = putCalls().length;
    const { befallen } = proxy;
    proxy.fault = befallsFirst(fault);
    await sink.put(records());
    expect(proxy.befallen).toBeGreaterThan(befallen);
    const found = await everything(client, stream);
    expect([...new Set(found)].sort()).toEqual(texts(records()));
  });

  it('puts again only what failed, and later and later', async () => {
    const slept: number[] = [];
    sink = await open('only-failed', slept);
    before = putCalls().length;
    let rounds = 0;
    proxy.fault = () => {
      rounds += 1;
      const failing = 3 - rounds;
      return failing > 0 ? partialPutRecords((_, index) => index < failing) : undefined;
    };
    await sink.put(records(100));
    const sizes = putCalls()
      .slice(before)
      .map(({ body }) => (body['Records'] as unknown[]).length);
    expect(sizes).toEqual([100, 2, 1]);
    expect(slept).toEqual([50, 100]);
    expect(await everything(client, 'only-failed')).toHaveLength(100);
    expect(sink.stats()).toEqual({ records: 100, resent: 3, calls: 3 });
  });

  it('would be seen to lose records if it did not read the answer (planted)', async () => {
    sink = await open('planted');
    before = putCalls().length;
    proxy.fault = befallsFirst(
      partialPutRecords((_, index) => index < 2),
      1,
    );
    const through = new KinesisClient(awsClientConfig({ region: PEER_REGION, endpoint: proxy.url }));
    const Records = records(10).map(({ partitionKey, data }) => ({ PartitionKey: partitionKey, Data: data }));
    await through.send(new PutRecordsCommand({ StreamName: 'planted', Records }));
    through.destroy();
    expect(await everything(client, 'planted')).not.toHaveLength(10);
  });

  it('stays within the limits of a call', async () => {
    sink = await open('limits');
    before = putCalls().length;
    const large = Array.from({ length: 8 }, (_, index) => ({
      ...{ partitionKey: `k${index}`, data: Buffer.alloc(RECORD_BYTES_MAX - 8, 'x') },
    }));
    await sink.put([...large, ...records(CALL_RECORDS_MAX + 1)]);
    const sizes = putCalls()
      .slice(before)
      .map(({ body }) => (body['Records'] as unknown[]).length);
    expect(sizes.sort((a, b) => a - b)).toEqual([4, 5, CALL_RECORDS_MAX]);
  });

  it('refuses a record that no call takes', async () => {
    sink = await open('too-large');
    const record = { partitionKey: 'k', data: Buffer.alloc(RECORD_BYTES_MAX) };
    await expect(sink.put([record])).rejects.toThrow(RangeError);
  });

  it('gives up after so many rounds, and at once where another try does not help', async () => {
    sink = await open('gives-up');
    before = putCalls().length;
    proxy.fault = () => THROTTLED;
    await expect(sink.put(records(3))).rejects.toThrow('3 of 3 records could not be put into gives-up.');
    expect(putCalls().length - before).toBe(ROUNDS_MAX);
    proxy.fault = () => ({ kind: 'answer', status: 400, type: 'AccessDeniedException' });
    before = putCalls().length;
    await expect(sink.put(records(3))).rejects.toThrow('could not be put');
    expect(putCalls().length - before).toBe(1);
  });
});
