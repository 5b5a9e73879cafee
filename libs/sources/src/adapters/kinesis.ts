import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient, type KinesisClientConfig } from '@aws-sdk/client-kinesis';
import { NodeHttp2Handler } from '@smithy/node-http-handler';
import { awsClientConfig, awsConnection, BadAddress, type AwsConnection } from '@flightdeck/aws';
import type { RecordSource } from '../record-source.js';
import { registeredConsumer } from './kinesis/consumer.js';
import { LeaseTable } from './kinesis/lease-table.js';
import type { Pace } from './kinesis/pace.js';
import { pollShards } from './kinesis/poll-shard.js';
import type { ReadShard } from './kinesis/reading.js';
import { subscribeToShards } from './kinesis/subscribe-shard.js';
import { KinesisWorker, type WorkerDeps } from './kinesis/worker.js';

/** How often leases are renewed, and after how long without one a lease is anybody's (the Kinesis Client Library's defaults are near). */
const ROUND_MS = 2_000;
const LEASE_MS = 10_000;
/** What Kinesis takes as a consumer's name. */
const CONSUMER = /^[a-zA-Z0-9_.-]{1,128}$/u;

export interface KinesisOptions extends Pick<
  WorkerDeps,
  'me' | 'random' | 'monotonicMs' | 'onError' | 'onGap'
> {
  readonly roundMs?: number;
  readonly leaseMs?: number;
  readonly pace?: Pace;
  readonly silenceMs?: number;
  /** How long one call may take, subscriptions apart; some seconds unless given. */
  readonly callMsMax?: number;
  /** How subscriptions travel: HTTP/2 by default, HTTP/1.1 to an endpoint without TLS, for so the local peers speak. */
  readonly fanOutHandler?: KinesisClientConfig['requestHandler'];
}

/** A source and how to let go of its connections. */
export interface KinesisSource extends RecordSource {
  close(): void;
}

/**
 * A Kinesis data stream: `kinesis://<stream>?region=…&endpoint=…&leases=<table>&dynamodb=<endpoint>&fan-out=<consumer>`. Leases
 * are in the DynamoDB table `flightdeck-<stream>` unless `leases` names another; it is made if need be. With `fan-out` shards are
 * subscribed to as the consumer of that name, registered if need be; else they are polled.
 * @throws {BadAddress} for an address that is none.
 */
export function kinesisSource(connection: AwsConnection, options: KinesisOptions): KinesisSource {
  const { name: stream, parameters } = connection;
  const client = new KinesisClient(awsClientConfig(connection, options.callMsMax));
  const dynamo = new DynamoDBClient(awsClientConfig(dynamoOf(connection), options.callMsMax));
  const { roundMs = ROUND_MS, leaseMs = LEASE_MS } = options;
  const { readShard, close } = reading(connection, client, options);
  const worker = new KinesisWorker({
    ...{ client, stream, roundMs, leaseMs, pause, readShard },
    ...{ me: options.me, random: options.random, monotonicMs: options.monotonicMs },
    ...{ onError: options.onError, onGap: options.onGap },
    leases: new LeaseTable(dynamo, parameters.get('leases') ?? `flightdeck-${stream}`),
  });
  return {
    name: worker.name,
    run: (take, signal) => worker.run(take, signal),
    stats: () => worker.stats(),
    close: () => {
      client.destroy();
      dynamo.destroy();
      close();
    },
  };
}

function reading(
  connection: AwsConnection,
  client: KinesisClient,
  { pace, silenceMs, fanOutHandler }: KinesisOptions,
): { readonly readShard: ReadShard; readonly close: () => void } {
  const { name: stream, endpoint, parameters } = connection;
  const consumer = parameters.get('fan-out');
  if (consumer === undefined) return { readShard: pollShards(pace), close: () => undefined };
  const subscriber = new KinesisClient({
    ...awsClientConfig(connection),
    ...(fanOutHandler === undefined
      ? endpoint?.startsWith('http:') !== true && { requestHandler: new NodeHttp2Handler() }
      : { requestHandler: fanOutHandler }),
  });
  let arn: Promise<string> | undefined;
  const consumerArn = (): Promise<string> => {
    arn ??= registeredConsumer(client, stream, consumer).catch((error: unknown) => {
      arn = undefined; // the next subscription asks again
      throw error;
    });
    return arn;
  };
  const silence = silenceMs === undefined ? {} : { silenceMs };
  return {
    readShard: subscribeToShards({ client: subscriber, consumerArn, ...silence }),
    close: () => subscriber.destroy(),
  };
}

function dynamoOf({ region, parameters }: AwsConnection): Pick<AwsConnection, 'region' | 'endpoint'> {
  const endpoint = parameters.get('dynamodb');
  return { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

/** What the processes of Flightdeck do with the stream: collectors put to it, consumers bring it into the ledger. */
export type StreamRole = 'collector' | 'consumer' | 'both';
const ROLES: readonly string[] = ['collector', 'consumer', 'both'];

export interface StreamAddress extends AwsConnection {
  readonly role: StreamRole;
}

/** Reads the address of a stream. @throws {BadAddress} */
export function kinesisAddress(url: string): StreamAddress {
  const connection = awsConnection(url, 'kinesis', ['leases', 'dynamodb', 'fan-out', 'role']);
  const { parameters } = connection;
  const role = parameters.get('role') ?? 'both';
  if (!ROLES.includes(role)) throw new BadAddress(`The parameter role takes ${ROLES.join(', ')}.`);
  const consumer = parameters.get('fan-out');
  if (consumer !== undefined && !CONSUMER.test(consumer))
    throw new BadAddress('The parameter fan-out takes the name of a consumer.');
  return { ...connection, role: role as StreamRole };
}
