import {
  CreateStreamCommand,
  DescribeStreamCommand,
  KinesisClient,
  MergeShardsCommand,
  PutRecordsCommand,
  SplitShardCommand,
  type Shard,
} from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import { startFaultProxy, type FaultProxy } from '../faults/fault-proxy.js';
import { PEER_CREDENTIALS, PEER_REGION, type AwsPeer } from './aws-peers.js';

const POLLS_MAX = 1_000;
const POLL_MS = 5;
const HALF = 2n ** 127n;

/** Streams of a Kinesis peer, in the hands of a test. */
export interface Streams {
  /** Reaches the peer itself, past any fault. */
  readonly client: KinesisClient;
  /** Makes a stream and waits until it is there; answers its name. */
  create(name: string, shards?: number): Promise<string>;
  /** Puts texts, each under its key. @throws when a record is refused. */
  put(stream: string, records: readonly (readonly [key: string, text: string])[]): Promise<void>;
  /** Shards that are not closed. */
  openShards(stream: string): Promise<readonly string[]>;
  /** Splits a shard in the middle of all keys unless told where. */
  split(stream: string, shard: string, at?: bigint): Promise<void>;
  merge(stream: string, left: string, right: string): Promise<void>;
  close(): void;
}

/** A Kinesis peer, its streams, and a way to it through faults. */
export interface StreamPeer extends Omit<Streams, 'close'> {
  readonly peer: AwsPeer;
  readonly proxy: FaultProxy;
  close(): Promise<void>;
}

/** Streams at a peer that runs. */
export function streamsOf({ url }: Pick<AwsPeer, 'url'>): Streams {
  Object.assign(process.env, PEER_CREDENTIALS);
  const client = new KinesisClient(awsClientConfig({ region: PEER_REGION, endpoint: url }));
  const active = async (StreamName: string): Promise<readonly Shard[]> => {
    for (let poll = 0; poll < POLLS_MAX; poll += 1) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamName }));
      if (StreamDescription?.StreamStatus === 'ACTIVE') return StreamDescription.Shards ?? [];
      await new Promise((next) => setTimeout(next, POLL_MS));
    }
    throw new Error(`The stream ${StreamName} does not become active.`);
  };
  return {
    client,
    create: async (name, ShardCount = 2) => {
      await client.send(new CreateStreamCommand({ StreamName: name, ShardCount }));
      await active(name);
      return name;
    },
    put: async (stream, records) => {
      const Records = records.map(([PartitionKey, text]) => ({ PartitionKey, Data: Buffer.from(text) }));
      const command = new PutRecordsCommand({ StreamName: stream, Records });
      const { FailedRecordCount = 0 } = await client.send(command);
      if (FailedRecordCount > 0) throw new Error(`${FailedRecordCount} records were refused.`);
    },
    openShards: async (stream) =>
      (await active(stream))
        .filter(({ SequenceNumberRange }) => SequenceNumberRange?.EndingSequenceNumber === undefined)
        .map(({ ShardId }) => ShardId ?? ''),
    split: async (StreamName, ShardToSplit, at = HALF) => {
      const NewStartingHashKey = at.toString();
      await client.send(new SplitShardCommand({ StreamName, ShardToSplit, NewStartingHashKey }));
      await active(StreamName);
    },
    merge: async (StreamName, ShardToMerge, AdjacentShardToMerge) => {
      await client.send(new MergeShardsCommand({ StreamName, ShardToMerge, AdjacentShardToMerge }));
      await active(StreamName);
    },
    close: () => client.destroy(),
  };
}

/** Starts a peer with a fault proxy before it. */
export async function startStreamPeer(start: () => Promise<AwsPeer>): Promise<StreamPeer> {
  const peer = await start();
  const proxy = await startFaultProxy(peer.url);
  const streams = streamsOf(peer);
  return {
    ...{ ...streams, peer, proxy },
    close: async () => {
      streams.close();
      await proxy.close();
      await peer.close();
    },
  };
}
