import { DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { awsClientConfig, REAL_TIME } from '@flightdeck/aws';
import { batchWrite, ensureTable } from '@flightdeck/aws/dynamodb';
import { PEER_REGION, type AwsPeer } from './aws-peers.js';

/** A table of profiles in the hands of its owner (docs/profiles.md). */
export interface ProfileTable {
  readonly name: string;
  put(row: Readonly<Record<string, AttributeValue>>): Promise<void>;
  close(): void;
}

/** Makes the table at a peer. */
export async function profileTable({ url }: Pick<AwsPeer, 'url'>, name: string): Promise<ProfileTable> {
  const client = new DynamoDBClient(awsClientConfig({ region: PEER_REGION, endpoint: url }));
  await ensureTable(
    client,
    {
      TableName: name,
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      BillingMode: 'PAY_PER_REQUEST',
    },
    REAL_TIME,
  );
  return {
    name,
    put: (row) => batchWrite(client, name, [{ put: row }], REAL_TIME),
    close: () => client.destroy(),
  };
}

/** The row of a user; `fields` are a profile unless one is no text. */
export function profileRow(
  userId: string,
  fields: Readonly<Record<string, AttributeValue>>,
): Record<string, AttributeValue> {
  return { pk: { S: `user#${userId}` }, sk: { S: 'profile' }, profile: { M: { ...fields } } };
}
