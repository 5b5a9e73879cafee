import { createRequire } from 'node:module';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A DynamoDB to test against. */
export interface DynamoDbPeer {
  readonly endpoint: string;
  close(): Promise<void>;
}

type Dynalite = (options: Readonly<Record<string, unknown>>) => Server;
const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;

/** Starts dynalite (nobody here wrote it) on a free loopback port, with nothing in it. */
export async function startDynamoDbPeer(): Promise<DynamoDbPeer> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** The address of a table at a peer, as configuration has it. */
export function dynamoDbAddress(peer: Pick<DynamoDbPeer, 'endpoint'>, table: string): string {
  return `dynamodb://${table}?region=eu-central-1&endpoint=${encodeURIComponent(peer.endpoint)}`;
}
