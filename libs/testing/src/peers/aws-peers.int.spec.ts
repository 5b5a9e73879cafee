import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { CreateStreamCommand, KinesisClient, ListStreamsCommand } from '@aws-sdk/client-kinesis';
import { awsClientConfig } from '@flightdeck/aws';
import { describe, expect, it } from '@jest/globals';
import {
  PEER_CREDENTIALS,
  PEER_REGION,
  startDynalite,
  startKinesalite,
  startKinesisLocal,
} from './aws-peers.js';

Object.assign(process.env, PEER_CREDENTIALS);

describe('the peers', () => {
  it.each([
    ['kinesalite', startKinesalite],
    ['kinesis-local', startKinesisLocal],
  ])('has Kinesis: %s', async (_, start) => {
    const peer = await start();
    const client = new KinesisClient(awsClientConfig({ region: PEER_REGION, endpoint: peer.url }));
    await client.send(new CreateStreamCommand({ StreamName: 'ads', ShardCount: 2 }));
    expect((await client.send(new ListStreamsCommand({}))).StreamNames).toEqual(['ads']);
    client.destroy();
    await peer.close();
  });

  it('has DynamoDB: dynalite', async () => {
    const peer = await startDynalite();
    const client = new DynamoDBClient(awsClientConfig({ region: PEER_REGION, endpoint: peer.url }));
    const key = { AttributeName: 'pk' };
    await client.send(
      new CreateTableCommand({
        TableName: 'rows',
        KeySchema: [{ ...key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(['rows']);
    client.destroy();
    await peer.close();
  });
});
