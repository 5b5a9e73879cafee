import { kinesisAddress, kinesisSource, type KinesisSource } from '@flightdeck/sources/kinesis';
import { kinesisSink } from '@flightdeck/sources/kinesis-sink';
import type { TakeBatch } from '@flightdeck/sources';
import {
  partialPutRecords,
  PEER_REGION,
  startMoto,
  startStreamPeer,
  type Call,
  type Fault,
  type StreamPeer,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

const KEYS = 12;
const REFUSES_ONE = partialPutRecords((_, index) => index === 1);
const PACE = { minMs: 10, maxMs: 50 };

/** Moto has no SubscribeToShard: fan-out is tested against kinesis-local and a server of HTTP/2. */
describe('Kinesis, and leases in DynamoDB (moto; the whole contract runs against kinesalite and kinesis-local)', () => {
  let kinesis: StreamPeer;
  const sources: KinesisSource[] = [];
  beforeAll(async () => {
    kinesis = await startStreamPeer(startMoto);
  });
  afterEach(() => {
    kinesis.proxy.fault = undefined;
    for (const source of sources.splice(0)) source.close();
  });
  afterAll(() => kinesis.close());

  const addressOf = (stream: string): string => {
    const at = encodeURIComponent(kinesis.proxy.url);
    return `kinesis://${stream}?region=${PEER_REGION}&endpoint=${at}&dynamodb=${at}`;
  };
  function open(stream: string, me: string): KinesisSource {
    const source = kinesisSource(kinesisAddress(addressOf(stream)), {
      ...{ me, random: Math.random, monotonicMs: () => performance.now() },
      ...{ roundMs: 50, leaseMs: 1_000, pace: PACE, onError: () => undefined, onGap: () => undefined },
    });
    sources.push(source);
    return source;
  }
  const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  const put = (stream: string, from: number, to: number): Promise<void> =>
    kinesis.put(
      stream,
      numbers(from, to).map((number) => [`c${number % KEYS}`, String(number)]),
    );
  /** Runs a reader while `work` is done and until so many different records have come; answers all that came. */
  async function read(
    stream: string,
    me: string,
    count: number,
    work: () => Promise<void> = async () => undefined,
  ) {
    const came: number[] = [];
    const stop = new AbortController();
    const take: TakeBatch = async ({ records }) => {
      came.push(...records.map(({ data }) => Number(Buffer.from(data).toString())));
    };
    const run = open(stream, me).run(take, stop.signal);
    const enough = async (): Promise<void> => {
      await work();
      while (new Set(came).size < count) await new Promise((next) => setTimeout(next, 10));
    };
    await Promise.race([enough(), run]);
    stop.abort();
    await run;
    return came;
  }
  const inOrder = (came: readonly number[]): boolean =>
    Array.from({ length: KEYS }, (_, key) => came.filter((number) => number % KEYS === key)).every((own) =>
      own.every((number, index) => index === 0 || number > (own[index - 1] ?? 0)),
    );

  it('hands over every record once, in its key’s order, and goes on where another left off', async () => {
    const stream = await kinesis.create('all');
    await put(stream, 0, 200);
    const came = await read(stream, 'a', 200);
    expect([...came].sort((a, b) => a - b)).toEqual(numbers(0, 200));
    expect(inOrder(came)).toBe(true);
    await put(stream, 200, 220);
    expect((await read(stream, 'b', 20)).sort((a, b) => a - b)).toEqual(numbers(200, 220));
  });

  it('reads parents to their end before children, through a split and a merge under load', async () => {
    const stream = await kinesis.create('resharded', 1);
    const came = await read(stream, 'a', 180, async () => {
      await put(stream, 0, 60);
      const [parent = ''] = await kinesis.openShards(stream);
      await kinesis.split(stream, parent);
      await put(stream, 60, 120);
      const [left = '', right = ''] = await kinesis.openShards(stream);
      await kinesis.merge(stream, left, right);
      await put(stream, 120, 180);
    });
    expect([...came].sort((a, b) => a - b)).toEqual(numbers(0, 180));
    expect(inOrder(came)).toBe(true);
  });

  it('puts again only what PutRecords refused', async () => {
    const stream = await kinesis.create('partly', 1);
    const { befallen } = kinesis.proxy;
    kinesis.proxy.fault = befallsOnce('PutRecords', REFUSES_ONE);
    const sink = kinesisSink(
      { name: stream, region: PEER_REGION, endpoint: kinesis.proxy.url, parameters: new Map() },
      { sleep: async () => undefined, random: () => 0 },
    );
    await sink.put(numbers(0, 3).map((n) => ({ partitionKey: 'c', data: Buffer.from(String(n)) })));
    expect(kinesis.proxy.befallen).toBe(befallen + 1);
    expect(sink.stats()).toEqual({ records: 3, resent: 1, calls: 2 });
    sink.close();
    expect((await read(stream, 'a', 3)).sort((a, b) => a - b)).toEqual([0, 1, 2]);
  });

  it('would be seen to lose records if it wrote down too early (planted)', async () => {
    const stream = await kinesis.create('planted', 1);
    await put(stream, 0, 10);
    await read(stream, 'careless', 10); // says that it has them, and then the process ends without having kept any
    await put(stream, 10, 11);
    expect(await read(stream, 'next', 1)).toEqual([10]);
  });

  /** The first call of this operation from now on. */
  function befallsOnce(operation: string, fault: Fault): (call: Call) => Fault | undefined {
    const { befallen } = kinesis.proxy;
    return (call) =>
      call.operation === operation && kinesis.proxy.befallen === befallen ? fault : undefined;
  }
});
