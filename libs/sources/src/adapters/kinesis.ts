import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { awsClientConfig, awsConnection } from '@flightdeck/aws';
import type { RecordSource } from '../record-source.js';
import { LeaseTable } from './kinesis/lease-table.js';
import { KinesisWorker } from './kinesis/worker.js';

export { deaggregated } from './kinesis/deaggregate.js';
export { LeaseTable, LeaseLost, SHARD_END, type Lease } from './kinesis/lease-table.js';

/** How often leases are renewed, and after how long without one a lease is anybody's (the Kinesis Client Library's defaults are near). */
const ROUND_MS = 2_000;
const LEASE_MS = 10_000;

export interface KinesisOptions {
  /** This worker's name, unlike any other's. */
  readonly me: string;
  readonly random: () => number;
  readonly monotonicMs: () => number;
  readonly onError: (error: unknown) => void;
  readonly roundMs?: number;
  readonly leaseMs?: number;
}

/** A source and how to let go of its connections. */
export interface KinesisSource extends RecordSource {
  close(): void;
}

/**
 * A Kinesis data stream: `kinesis://<stream>?region=…&endpoint=…&leases=<table>&dynamodb=<endpoint>`. Leases are in the DynamoDB
 * table `flightdeck-<stream>` unless `leases` names another; it is made if need be. @throws {BadAddress} for an address that is none.
 */
export function kinesisSource(url: string, options: KinesisOptions): KinesisSource {
  const { name: stream, parameters, ...where } = kinesisAddress(url);
  const client = new KinesisClient(awsClientConfig(where));
  const dynamodb = parameters.get('dynamodb');
  const dynamo = new DynamoDBClient(
    awsClientConfig({
      ...(where.region === undefined ? {} : { region: where.region }),
      ...(dynamodb === undefined ? {} : { endpoint: dynamodb }),
    }),
  );
  const { me, random, monotonicMs, onError, roundMs = ROUND_MS, leaseMs = LEASE_MS } = options;
  const leases = new LeaseTable(dynamo, parameters.get('leases') ?? `flightdeck-${stream}`);
  const worker = new KinesisWorker({
    ...{ client, stream, leases, me, random, monotonicMs, onError, roundMs, leaseMs, pause },
  });
  return {
    name: worker.name,
    run: (take, signal) => worker.run(take, signal),
    stats: () => worker.stats(),
    close: () => {
      client.destroy();
      dynamo.destroy();
    },
  };
}

/** Reads the address of a stream. @throws {BadAddress} */
export function kinesisAddress(url: string): ReturnType<typeof awsConnection> {
  return awsConnection(url, 'kinesis', ['leases', 'dynamodb']);
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
