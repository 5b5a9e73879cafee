import {
  InvalidArgumentException,
  type KinesisClient,
  type StartingPosition,
  type SubscribeToShardCommand,
  type SubscribeToShardEventStream,
} from '@aws-sdk/client-kinesis';
import { describe, expect, it } from '@jest/globals';
import type { RecordBatch } from '../../record-source.js';
import { SHARD_END } from './lease-table.js';
import { subscribeToShards } from './subscribe-shard.js';

type Subscription = (from: StartingPosition) => AsyncIterable<SubscribeToShardEventStream>;

/** A Kinesis whose subscriptions are given one after the other; there must be as many as are asked for. */
function kinesis(...subscriptions: readonly (Subscription | Error)[]) {
  const from: StartingPosition[] = [];
  const client = {
    send: async ({ input }: SubscribeToShardCommand) => {
      const next = subscriptions[from.length];
      from.push(input.StartingPosition ?? { Type: undefined });
      if (next === undefined) throw new Error('Nobody should have subscribed again.');
      if (next instanceof Error) throw next;
      return { EventStream: next(from.at(-1) as StartingPosition) };
    },
  } as unknown as KinesisClient;
  return { client, from };
}

const told = (sequence: string, records: readonly string[] = []): SubscribeToShardEventStream => ({
  SubscribeToShardEvent: {
    ContinuationSequenceNumber: sequence,
    MillisBehindLatest: 0,
    Records: records.map((text) => ({ Data: Buffer.from(text), SequenceNumber: text, PartitionKey: 'k' })),
  },
});
const end = (records: readonly string[] = []): SubscribeToShardEventStream => ({
  SubscribeToShardEvent: {
    ...{ ContinuationSequenceNumber: undefined, MillisBehindLatest: 0 },
    ChildShards: [{ ShardId: 'child', ParentShards: ['s'], HashKeyRange: undefined }],
    Records: told('', records).SubscribeToShardEvent?.Records,
  },
});
async function* of(
  ...events: readonly SubscribeToShardEventStream[]
): AsyncGenerator<SubscribeToShardEventStream> {
  yield* events;
}
async function* silent(): AsyncGenerator<SubscribeToShardEventStream> {
  await new Promise(() => undefined);
  yield told('never');
}

async function read(
  peer: ReturnType<typeof kinesis>,
  take: (batch: RecordBatch) => Promise<void> = async () => undefined,
  checkpoint?: string,
) {
  const told = { taken: [] as string[], reached: [] as string[], retries: 0, gaps: [] as string[] };
  const readShard = subscribeToShards({ client: peer.client, consumerArn: async () => 'arn', silenceMs: 20 });
  await readShard(
    {
      ...{ client: peer.client, stream: 'ads', random: () => 0, monotonicMs: () => 0 },
      pause: async () => undefined,
      take: async (batch) => {
        await take(batch);
        told.taken.push(...batch.records.map(({ data }) => Buffer.from(data).toString()));
      },
      onRead: () => undefined,
      onRetry: () => (told.retries += 1),
      onGap: (from) => told.gaps.push(from),
    },
    's',
    checkpoint,
    (place) => told.reached.push(place),
    new AbortController().signal,
  );
  return told;
}

describe('a subscription to a shard', () => {
  it('begins at the oldest record, and is renewed where the last one came to, though nothing came', async () => {
    const peer = kinesis(
      () => of(told('7', ['1', '2']), told('9')),
      () => of(end(['3'])),
    );
    const { taken, reached } = await read(peer);
    expect(peer.from).toEqual([
      { Type: 'TRIM_HORIZON' },
      { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '9' },
    ]);
    expect(taken).toEqual(['1', '2', '3']);
    expect(reached).toEqual(['2', SHARD_END]);
  });

  it('ends with the shard: children are told of, or there is nothing to go on from', async () => {
    expect((await read(kinesis(() => of(end())))).reached).toEqual([SHARD_END]);
    const closed = {
      SubscribeToShardEvent: { ...told('').SubscribeToShardEvent, ContinuationSequenceNumber: undefined },
    };
    const peer = kinesis(() => of(closed as unknown as SubscribeToShardEventStream));
    expect((await read(peer)).reached).toEqual([SHARD_END]);
  });

  it('is given up when it is silent, or when it says that something is wrong', async () => {
    const wrong = {
      InternalFailureException: Object.assign(new Error('x'), { name: 'InternalFailureException' }),
    };
    const peer = kinesis(
      silent,
      () => of(told('5', ['1']), wrong as unknown as SubscribeToShardEventStream),
      new Error('throttled'),
      () => of(end()),
    );
    const { retries, taken } = await read(peer);
    expect([retries, taken]).toEqual([3, ['1']]);
    expect(peer.from.at(-1)).toEqual({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '5' });
  });

  it('counts as failed when it ends before it told anything, so that it is renewed later and later', async () => {
    const { retries, taken } = await read(
      kinesis(
        () => of(),
        () => of(),
        () => of(end(['1'])),
      ),
    );
    expect([retries, taken]).toEqual([2, ['1']]);
  });

  it('tells of records that are gone, and goes on with the oldest that is there', async () => {
    const gone = new InvalidArgumentException({ message: 'trimmed', $metadata: {} });
    const peer = kinesis(gone, () => of(end(['8'])));
    const { gaps, taken } = await read(peer, undefined, '3');
    expect([gaps, taken]).toEqual([['3'], ['8']]);
    expect(peer.from).toEqual([
      { Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '3' },
      { Type: 'TRIM_HORIZON' },
    ]);
  });

  it('fails with the pipeline, and has reached nothing that was not taken', async () => {
    const peer = kinesis(() => of(told('5', ['1'])));
    await expect(read(peer, () => Promise.reject(new Error('The ledger is away.')))).rejects.toThrow(
      'The ledger is away.',
    );
  });

  it('would be seen to read twice if it were renewed from the last record (planted)', async () => {
    const peer = kinesis(
      () => of(told('9', ['1'])),
      () => of(end()),
    );
    await read(peer);
    expect(peer.from[1]).not.toEqual({ Type: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: '1' });
  });
});
