import {
  GetShardIteratorCommand,
  InvalidArgumentException,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import {
  PEER_REGION,
  startKinesalite,
  startStreamPeer,
  type Fault,
  type StreamPeer,
} from '@flightdeck/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { kinesisSink } from './kinesis-sink.js';
import { SHARD_END } from './kinesis/lease-table.js';
import { pollShards } from './kinesis/poll-shard.js';
import { everything } from './testing/stream-contents.js';

/** Instead of five seconds: a call to a peer that is well takes some milliseconds. */
const CALL_MS_MAX = 300;
const SHARD = 'shardId-000000000000';
/** Nobody answers any more: the caller has to give up by itself, after the limit of every call. */
const HALF_OPEN: readonly (readonly [string, Fault])[] = [
  ['which the peer has seen', { kind: 'half-open' }],
  ['which the peer has not seen', { kind: 'half-open', seen: false }],
];

let kinesis: StreamPeer;
let client: KinesisClient;
let streams = 0;
let stream = '';
beforeAll(async () => {
  kinesis = await startStreamPeer(startKinesalite);
  client = new KinesisClient(
    awsClientConfig({ region: PEER_REGION, endpoint: kinesis.proxy.url }, CALL_MS_MAX),
  );
});
afterAll(async () => {
  client.destroy();
  await kinesis.close();
});
beforeEach(async () => {
  kinesis.proxy.fault = undefined;
  stream = await kinesis.create(`silent-${(streams += 1)}`, 1);
});

/** The first call of this operation from now on. */
function befalls(operation: string, fault: Fault): void {
  const { proxy } = kinesis;
  const befallen = proxy.befallen;
  proxy.fault = (call) => (call.operation === operation && proxy.befallen === befallen ? fault : undefined);
}

/** Reads the shard until so many records have come. */
async function poll(recordsMax: number, checkpoint?: string, through = client) {
  const told = { taken: [] as string[], reached: [] as string[], retries: 0, gaps: [] as string[] };
  const stop = new AbortController();
  await pollShards({ minMs: 5, maxMs: 5 })(
    {
      ...{ client: through, stream, random: () => 0, monotonicMs: () => performance.now() },
      pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      take: async ({ records }) => {
        told.taken.push(...records.map(({ data }) => Buffer.from(data).toString()));
        if (told.taken.length >= recordsMax) stop.abort();
      },
      onRead: () => undefined,
      onRetry: () => (told.retries += 1),
      onGap: (from) => told.gaps.push(from),
    },
    SHARD,
    checkpoint,
    (place) => told.reached.push(place),
    stop.signal,
  );
  return told;
}

async function put(texts: readonly string[]): Promise<readonly string[]> {
  const Records = texts.map((text) => ({ PartitionKey: 'k', Data: Buffer.from(text) }));
  const { Records: done = [] } = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
  return done.map(({ SequenceNumber }) => SequenceNumber ?? '');
}

describe('Kinesis that says nothing any more', () => {
  it.each(HALF_OPEN)('loses nothing of a PutRecords %s', async (_, fault) => {
    const connection = {
      name: stream,
      region: PEER_REGION,
      endpoint: kinesis.proxy.url,
      parameters: new Map(),
    };
    const sink = kinesisSink(connection, {
      ...{ sleep: async () => undefined, random: () => 0, callMsMax: CALL_MS_MAX },
    });
    befalls('PutRecords', fault);
    await sink.put(['a', 'b'].map((text) => ({ partitionKey: 'k', data: Buffer.from(text) })));
    sink.close();
    expect([...new Set(await everything(client, stream))].sort()).toEqual(['a', 'b']);
  });

  it.each(HALF_OPEN)('reads on after a GetRecords %s', async (_, fault) => {
    await put(['a', 'b', 'c']);
    befalls('GetRecords', fault);
    const { taken, retries } = await poll(3);
    expect([taken, retries]).toEqual([['a', 'b', 'c'], 1]);
  });
});

describe('Kinesis that no longer has what follows the checkpoint', () => {
  it('tells of the gap, once, and goes on with the oldest that is there', async () => {
    const [first = ''] = await put(['a', 'b']);
    befalls('GetShardIterator', { kind: 'answer', status: 400, type: 'InvalidArgumentException' });
    const { taken, gaps, reached } = await poll(2, first);
    expect([taken, gaps]).toEqual([['a', 'b'], [first]]);
    expect(reached).not.toContain(SHARD_END);
  });

  it('would be seen to say nothing if it began at the oldest by itself when its place is gone (planted)', async () => {
    const [first = ''] = await put(['a', 'b']);
    befalls('GetShardIterator', { kind: 'answer', status: 400, type: 'InvalidArgumentException' });
    const { taken, gaps } = await poll(2, first, hushed(client));
    expect([taken, gaps]).toEqual([['a', 'b'], []]); // nothing is missing that anybody could see, and nobody was told
    expect(kinesis.proxy.befallen).toBeGreaterThan(0);
  });
});

/** A client that, where what follows a place is gone, gives an iterator at the oldest record without a word. */
function hushed(honest: KinesisClient): KinesisClient {
  return new Proxy(honest, {
    get: (target, name) => {
      if (name !== 'send') return Reflect.get(target, name) as unknown;
      return async (command: GetShardIteratorCommand, ...rest: []) =>
        target.send(command, ...rest).catch((error: unknown) => {
          if (!(error instanceof InvalidArgumentException)) throw error;
          const { StreamName, ShardId } = command.input;
          return target.send(
            new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
          );
        });
    },
  });
}
