import { CreateStreamCommand, DescribeStreamSummaryCommand, KinesisClient } from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import { PEER_CREDENTIALS, PEER_REGION, startDynalite, startKinesalite } from './aws-peers.js';
import { eventBridgeTarget, type EventBridgeTarget } from './event-bridge-target.js';
import { startMoto } from './moto.js';

export const AWS_LOCAL = {
  stream: 'ads',
  table: 'flightdeck-read-models',
  bus: 'ads',
  shards: 4,
} as const;

/** AWS on this machine, as far as Flightdeck uses it, every part of it written by others. */
export interface AwsLocal {
  /** What a Flightdeck needs to run on it: `FLIGHTDECK_…` and `AWS_…`. */
  readonly environment: Readonly<Record<string, string>>;
  readonly kinesis: KinesisClient;
  readonly kinesisUrl: string;
  readonly eventBridgeUrl: string;
  /** What a campaign system's queue gets from the bus. */
  readonly target: EventBridgeTarget;
  close(): Promise<void>;
}

/** Starts kinesalite, dynalite and moto on free loopback ports; makes the stream, the bus, and the queue behind it. */
export async function startAwsLocal(): Promise<AwsLocal> {
  Object.assign(process.env, PEER_CREDENTIALS); // the clients of this process need some
  const [kinesalite, dynalite, moto] = await Promise.all([startKinesalite(), startDynalite(), startMoto()]);
  const kinesis = new KinesisClient(awsClientConfig({ region: PEER_REGION, endpoint: kinesalite.url }));
  await makeStream(kinesis);
  const { bus, stream, table } = AWS_LOCAL;
  const target = await eventBridgeTarget({ region: PEER_REGION, endpoint: moto.url, bus });
  const at = (url: string): string => `region=${PEER_REGION}&endpoint=${encodeURIComponent(url)}`;
  return {
    ...{ kinesis, kinesisUrl: kinesalite.url, eventBridgeUrl: moto.url, target },
    environment: {
      ...PEER_CREDENTIALS,
      FLIGHTDECK_SOURCE: `kinesis://${stream}?${at(kinesalite.url)}&dynamodb=${encodeURIComponent(dynalite.url)}`,
      FLIGHTDECK_READ_MODELS: `dynamodb://${table}?${at(dynalite.url)}`,
      FLIGHTDECK_BUS: `eventbridge://${bus}?${at(moto.url)}`,
    },
    close: async () => {
      target.close();
      kinesis.destroy();
      await Promise.all([kinesalite.close(), dynalite.close(), moto.close()]);
    },
  };
}

async function makeStream(kinesis: KinesisClient): Promise<void> {
  const { stream: StreamName, shards: ShardCount } = AWS_LOCAL;
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));
  for (;;) {
    const { StreamDescriptionSummary } = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
    if (StreamDescriptionSummary?.StreamStatus === 'ACTIVE') return;
  }
}
