import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import {
  everyFault,
  KINESIS_ERRORS,
  leavesInDoubt,
  partialPutRecords,
  PEER_REGION,
  startKinesalite,
  startStreamPeer,
  type Call,
  type Fault,
  type FaultProxy,
  type NamedFault,
  type StreamPeer,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordSink } from '../record-sink.js';
import { CALL_RECORDS_MAX, kinesisSink, RECORD_BYTES_MAX, ROUNDS_MAX } from './kinesis-sink.js';
import { everything } from './testing/stream-contents.js';

const EVENTS = 1_200;
/** Instead of five seconds: a call to a peer that is well takes some milliseconds. */
const CALL_MS_MAX = 1_000;
const CALLS_FAULTY = 4;
const THROTTLED: Fault = { kind: 'answer', status: 400, type: KINESIS_ERRORS.throttling };
const FAULTS: readonly NamedFault[] = [
  ...everyFault(KINESIS_ERRORS),
  ['partly refused', partialPutRecords((_, index) => index % 3 === 0)],
  ['partly failed inside', partialPutRecords((_, index) => index % 7 === 1, 'InternalFailure')],
];

let kinesis: StreamPeer;
let proxy: FaultProxy;
let client: KinesisClient;
beforeAll(async () => {
  kinesis = await startStreamPeer(startKinesalite);
  ({ proxy, client } = kinesis);
});
afterAll(() => kinesis.close());

let sink: RecordSink;
afterEach(() => sink.close());
async function open(stream: string, slept: number[] = [], callMsMax?: number): Promise<RecordSink> {
  proxy.fault = undefined;
  await kinesis.create(stream);
  const connection = { name: stream, region: PEER_REGION, endpoint: proxy.url, parameters: new Map() };
  return kinesisSink(connection, {
    ...{ sleep: async (ms: number) => void slept.push(ms), random: () => 1 },
    ...(callMsMax === undefined ? {} : { callMsMax }),
  });
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
  it.each(FAULTS)('loses nothing when a call is %s', async (name, fault) => {
    const stream = name.replaceAll(/\W+/gu, '-');
    sink = await open(stream, [], CALL_MS_MAX);
    before = putCalls().length;
    const { befallen } = proxy;
    proxy.fault = befallsFirst(fault);
    await sink.put(records());
    expect(proxy.befallen).toBeGreaterThan(befallen);
    const found = await everything(client, stream);
    expect([...new Set(found)].sort()).toEqual(texts(records()));
    if (!leavesInDoubt(fault)) expect(found).toHaveLength(EVENTS); // and nothing is there twice
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
