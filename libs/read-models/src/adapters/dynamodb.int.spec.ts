import { randomUUID } from 'node:crypto';
import { dynamoDbAddress, readModelStoreContract, startDynalite, type AwsPeer } from '@flightdeck/testing';
import { afterAll, beforeAll } from '@jest/globals';
import { dynamoDbReadModels } from './dynamodb.js';

process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

/** Another DynamoDB than dynalite, which somebody else has started. */
const elsewhere = process.env['FLIGHTDECK_TEST_DYNAMODB'];

let peer: AwsPeer;
beforeAll(async () => {
  peer = elsewhere === undefined ? await startDynalite() : { url: elsewhere, close: async () => undefined };
});
afterAll(() => peer.close());

readModelStoreContract('dynamodb', async () => {
  const address = dynamoDbAddress(peer, `read-models-${randomUUID()}`);
  return { open: async () => dynamoDbReadModels(address), remove: async () => undefined };
});
