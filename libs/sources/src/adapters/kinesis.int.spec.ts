import { CreateStreamCommand, PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import {
  everyFault,
  KINESIS_ERRORS,
  PEER_REGION,
  Random,
  startDynalite,
  startFaultProxy,
  startKinesalite,
  startKinesisLocal,
  startStreamPeer,
  type AwsPeer,
  type FaultProxy,
  type NamedFault,
  type StreamPeer,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RecordBatch, TakeBatch } from '../record-source.js';
import { kinesisAddress, kinesisSource, type KinesisOptions, type KinesisSource } from './kinesis.js';
import { aggregated } from './testing/aggregated.js';

const KEYS = 12;
/** A fault befalls the first call of a cell, and so many at most. */
const BEFALLEN_MAX = 3;
const FAST: Pick<KinesisOptions, 'roundMs' | 'leaseMs' | 'pace' | 'silenceMs' | 'callMsMax'> = {
  ...{ roundMs: 20, leaseMs: 400, pace: { minMs: 5, maxMs: 20 }, silenceMs: 10_000, callMsMax: 400 },
};

let dynamo: AwsPeer;
beforeAll(async () => {
  dynamo = await startDynalite();
});
afterAll(() => dynamo.close());

describe.each([
  ['kinesalite, polled', startKinesalite, ''],
  ['kinesis-local, polled', startKinesisLocal, ''],
  ['kinesis-local, subscribed to', startKinesisLocal, '&fan-out=flightdeck'],
])('reading Kinesis: %s', (_, start, fanOut) => {
  let kinesis: StreamPeer;
  let proxy: FaultProxy;
  let client: KinesisClient;
  beforeAll(async () => {
    kinesis = await startStreamPeer(start);
    ({ proxy, client } = kinesis);
  });
  afterAll(() => kinesis.close());

  const sources: KinesisSource[] = [];
  afterEach(() => {
    proxy.fault = undefined;
    for (const source of sources.splice(0)) source.close();
  });
  const gaps: string[] = [];

  function open(stream: string, me: string, random = Math.random, leasesAt = dynamo.url): KinesisSource {
    const address = `kinesis://${stream}?region=${PEER_REGION}&endpoint=${encodeURIComponent(proxy.url)}&dynamodb=${encodeURIComponent(leasesAt)}&leases=${kinesis.peer.url.split(':').at(-1) ?? ''}-${stream}${fanOut}`;
    const source = kinesisSource(kinesisAddress(address), {
      ...{ me, random, monotonicMs: () => performance.now(), ...FAST },
      ...{ onError: () => undefined, onGap: (shardId) => void gaps.push(shardId) },
    });
    sources.push(source);
    return source;
  }

  const put = (stream: string, from: number, to: number): Promise<void> =>
    kinesis.put(
      stream,
      Array.from({ length: to - from }, (_each, index) => [
        `c${(from + index) % KEYS}`,
        String(from + index),
      ]),
    );
  const numbers = (to: number) => Array.from({ length: to }, (_each, index) => index);

  /** Keeps what came, and lets a test wait until all numbers below `to` have. */
  function keeper(before: (batch: RecordBatch) => Promise<void> = async () => undefined) {
    const came: { readonly text: string; readonly position: string }[] = [];
    const take: TakeBatch = async (batch) => {
      await before(batch);
      for (const { data, position } of batch.records)
        came.push({ text: Buffer.from(data).toString(), position });
    };
    const has = async (to: number): Promise<void> => {
      const missing = () => to - new Set(came.map(({ text }) => text)).size;
      while (missing() > 0) await new Promise((next) => setTimeout(next, 5));
    };
    return { came, take, has };
  }
  async function during(
    runs: readonly Promise<void>[],
    stop: AbortController,
    work: Promise<void>,
  ): Promise<void> {
    await Promise.race([work, ...runs.map((run) => run.then(() => work))]);
    stop.abort();
    await Promise.all(runs);
  }
  /** Numbers of one key came in their order, first times only. */
  function expectOrder(came: readonly { readonly text: string }[]): void {
    const firsts = [...new Set(came.map(({ text }) => Number(text)))];
    for (let key = 0; key < KEYS; key += 1) {
      const ofKey = firsts.filter((number) => number % KEYS === key);
      expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
    }
  }

  it('hands over every record once, in its shard’s order, at a place that stays the same', async () => {
    const stream = await kinesis.create('all');
    await put(stream, 0, 200);
    const [first, again] = [keeper(), keeper()];
    const stop = new AbortController();
    await during([open(stream, 'a').run(first.take, stop.signal)], stop, first.has(200));
    expect(first.came.map(({ text }) => Number(text)).sort((a, b) => a - b)).toEqual(numbers(200));
    expectOrder(first.came);
    expect(new Set(first.came.map(({ position }) => position)).size).toBe(200);
    await put(stream, 200, 210);
    const next = new AbortController();
    await during([open(stream, 'b').run(again.take, next.signal)], next, again.has(10));
    expect(again.came.map(({ text }) => Number(text)).sort((a, b) => a - b)).toEqual(numbers(210).slice(200));
  });

  if (start === startKinesisLocal)
    it('reads a stream in on-demand mode, whose shards nobody chose', async () => {
      const stream = 'on-demand';
      const StreamModeDetails = { StreamMode: 'ON_DEMAND' as const };
      await client.send(new CreateStreamCommand({ StreamName: stream, StreamModeDetails }));
      expect((await kinesis.openShards(stream)).length).toBeGreaterThan(1);
      await put(stream, 0, 60);
      const { came, take, has } = keeper();
      const stop = new AbortController();
      await during([open(stream, 'a').run(take, stop.signal)], stop, has(60));
      expect(came.map(({ text }) => Number(text)).sort((a, b) => a - b)).toEqual(numbers(60));
      expectOrder(came);
    });

  it('opens records that the Kinesis Producer Library put together', async () => {
    const stream = await kinesis.create('kpl', 1);
    await client.send(
      new PutRecordsCommand({
        StreamName: stream,
        Records: [{ PartitionKey: 'x', Data: aggregated(['0', '1', '2']) }],
      }),
    );
    const { came, take, has } = keeper();
    const stop = new AbortController();
    await during([open(stream, 'a').run(take, stop.signal)], stop, has(3));
    expect(came.map(({ text }) => text)).toEqual(['0', '1', '2']);
    expect(came.map(({ position }) => position.split('/').at(-1))).toEqual(['0', '1', '2']);
  });

  it('writes down how far it has come only once that is durable', async () => {
    const stream = await kinesis.create('durable', 1);
    await put(stream, 0, 10);
    const failing = open(stream, 'a').run(
      () => Promise.reject(new Error('The ledger is away.')),
      new AbortController().signal,
    );
    await expect(failing).rejects.toThrow('The ledger is away.');
    const { came, take, has } = keeper();
    const stop = new AbortController();
    await during([open(stream, 'b').run(take, stop.signal)], stop, has(10));
    expect(came.map(({ text }) => text)).toEqual(numbers(10).map(String));
  });

  // kinesis-local keeps a subscription whose reader is gone, and does not tell a subscriber of a shard's end, as Kinesis does: for
  // what follows from that see subscribe-shard.spec.ts.
  const isPolled = fanOut === '';
  if (isPolled)
    it('shares the shards; what one left behind another goes on with', async () => {
      const stream = await kinesis.create('shared', 4);
      const far = await startFaultProxy(dynamo.url);
      const dead = new AbortController();
      // It never comes back from its first batch: as a process that is stopped, it holds its leases and gives no sign of life.
      const stuck = open(stream, 'stuck', Math.random, far.url);
      const inHand: RecordBatch[] = [];
      const hung: TakeBatch = (batch) => {
        inHand.push(batch);
        return new Promise(() => undefined);
      };
      void stuck.run(hung, dead.signal).catch(() => undefined);
      await put(stream, 0, 40);
      while (inHand.length === 0) await new Promise((next) => setTimeout(next, 5));
      far.fault = () => ({ kind: 'half-open', seen: false });
      const [one, two] = [keeper(), keeper()];
      const stop = new AbortController();
      const work = async (): Promise<void> => {
        let sent = 40;
        const seen = () => new Set([...one.came, ...two.came].map(({ text }) => text)).size;
        while (one.came.length === 0 || two.came.length === 0 || seen() < sent) {
          if (seen() === sent) await put(stream, sent, (sent += 20));
          await new Promise((next) => setTimeout(next, 20));
        }
      };
      const runs = [
        open(stream, 'one').run(one.take, stop.signal),
        open(stream, 'two').run(two.take, stop.signal),
      ];
      await during(runs, stop, work());
      expect(one.came.length * two.came.length).toBeGreaterThan(0);
      dead.abort();
      await far.close();
    });

  if (isPolled)
    it('reads parents to their end before children, through splits and merges under load', async () => {
      const stream = await kinesis.create('resharded', 1);
      const { came, take, has } = keeper();
      const stop = new AbortController();
      const work = async (): Promise<void> => {
        await put(stream, 0, 60);
        const [parent = ''] = await kinesis.openShards(stream);
        await kinesis.split(stream, parent);
        await put(stream, 60, 120);
        const [left = '', right = ''] = await kinesis.openShards(stream);
        await kinesis.merge(stream, left, right);
        await put(stream, 120, 180);
        await has(180);
      };
      await during([open(stream, 'a').run(take, stop.signal)], stop, work());
      expect(came.map(({ text }) => Number(text)).sort((a, b) => a - b)).toEqual(numbers(180));
      expectOrder(came);
    });
  const READ_BY = !isPolled
    ? ['SubscribeToShard']
    : start === startKinesalite
      ? ['GetRecords', 'GetShardIterator', 'ListShards']
      : ['GetRecords'];
  const FAULTS: readonly NamedFault[] = [
    ...everyFault(KINESIS_ERRORS),
    ['cut in the middle', { kind: 'cut', afterBytes: 60 } as const],
    ['too late for its iterator', { kind: 'answer', status: 400, type: 'ExpiredIteratorException' } as const],
  ];
  // kinesis-local keeps a subscription whose reader is gone: these befall subscriptions in fan-out-http2.int.spec.ts.
  const NOT_HERE = isPolled ? /^$/u : /^(?:cut after it was done|throttled|left without)/u;
  const CELLS = READ_BY.flatMap((operation) =>
    FAULTS.filter(([name]) => !NOT_HERE.test(name)).map(([name, fault]) => [operation, name, fault] as const),
  );
  it.each(CELLS)('loses nothing when %s is %s', async (operation, name, fault) => {
    const stream = await kinesis.create(`${operation}-${name}`.replaceAll(/\W+/gu, '-'));
    const random = new Random(name.length);
    const { befallen } = proxy;
    proxy.fault = (call) => {
      const times = proxy.befallen - befallen;
      const isDue = times === 0 || (times < BEFALLEN_MAX && random.chance(0.3));
      return call.operation === operation && isDue ? fault : undefined;
    };
    const { came, take, has } = keeper();
    const stop = new AbortController();
    const work = async (): Promise<void> => {
      for (let at = 0; at < 200; at += 20) await put(stream, at, at + 20);
      await has(200);
    };
    await during([open(stream, 'a', () => 0.05).run(take, stop.signal)], stop, work());
    expect(proxy.befallen).toBeGreaterThan(befallen);
    expect([...new Set(came.map(({ text }) => Number(text)))].sort((a, b) => a - b)).toEqual(numbers(200));
    if (isPolled) expect(came).toHaveLength(200); // a read that comes again begins after what is durable
    expectOrder(came);
  });

  it('would be seen to lose records if it wrote down too early (planted)', async () => {
    const stream = await kinesis.create('planted', 1);
    await put(stream, 0, 10);
    const failures: unknown[] = [];
    const planted = keeper();
    const careless: TakeBatch = async (batch) => {
      // What a reader does that says "taken" before it is: the failure comes when the place is written down already.
      if (failures.length > 0) return planted.take(batch);
      failures.push(batch);
    };
    const stop = new AbortController();
    const run = open(stream, 'a').run(careless, stop.signal);
    while (failures.length === 0) await new Promise((next) => setTimeout(next, 5));
    await put(stream, 10, 11);
    await during([run], stop, planted.has(1));
    expect(planted.came.map(({ text }) => text)).not.toContain('0');
  });
});
