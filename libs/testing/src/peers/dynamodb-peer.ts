import type { AwsPeer } from './aws-peers.js';

/** The address of a table at a peer, as configuration has it. */
export function dynamoDbAddress(peer: Pick<AwsPeer, 'url'>, table: string): string {
  return `dynamodb://${table}?region=eu-central-1&endpoint=${encodeURIComponent(peer.url)}`;
}
