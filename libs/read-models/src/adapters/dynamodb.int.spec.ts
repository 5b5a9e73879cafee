import { randomUUID } from 'node:crypto';
import {
  dynamoDbAddress,
  generationShelfContract,
  readModelStoreContract,
  startDynalite,
  type AwsPeer,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dynamoDbGenerations, dynamoDbReadModels } from './dynamodb.js';

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

generationShelfContract('dynamodb', async () => {
  const address = dynamoDbAddress(peer, `shelf-${randomUUID()}`);
  return { open: () => dynamoDbGenerations(address), isFenced: true, remove: async () => undefined };
});

describe('read models from before there were generations', () => {
  it('are served from the table of the address', async () => {
    const address = dynamoDbAddress(peer, `unnamed-${randomUUID()}`);
    const store = dynamoDbReadModels(address);
    await store.takeOver();
    await store.close();
    const shelf = dynamoDbGenerations(address);
    await shelf.takeOver();
    expect(await shelf.read()).toMatchObject({ current: { name: '.', version: 1 }, kept: [] });
    await shelf.close();
  });
});
