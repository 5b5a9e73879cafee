import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientConfig, awsConnection, REAL_TIME, type RetryEnvironment } from '@flightdeck/aws';
import { batchGet, type Item } from '@flightdeck/aws/dynamodb';
import { profileSchema } from '@flightdeck/contracts';
import type { Found, ProfileSource } from '../profile-source.js';

/** The sort key of a profile among what a table keeps of a user. */
const SORT_KEY = 'profile';
const USER = 'user#';

/** A source and how to let go of its connections. */
export interface DynamoDbProfiles extends ProfileSource {
  close(): void;
}

/**
 * Profiles in a DynamoDB table that others fill: `dynamodb://<table>?region=…&endpoint=…`. A row has `pk` = `user#<userId>`, `sk` =
 * `profile`, and a map of strings, `profile`. One BatchGetItem a question; what it leaves undone is asked for again, nothing else.
 * @throws {BadAddress} for an address that is none.
 */
export function dynamoDbProfiles(url: string, environment: RetryEnvironment = REAL_TIME): DynamoDbProfiles {
  const connection = awsConnection(url, 'dynamodb');
  const client = new DynamoDBClient(awsClientConfig(connection, environment.callMsMax));
  return {
    find: async (userIds, signal) => {
      const keys = userIds.map(keyOf);
      // A profile that was changed a moment ago may come a moment later: half the price, and no table has to be whole for it.
      const rows = await batchGet(
        client,
        { table: connection.name, keys, consistent: false, signal },
        environment,
      );
      return new Map(rows.map((row) => [userOf(row), foundIn(row)]));
    },
    close: () => client.destroy(),
  };
}

function keyOf(userId: string): Item {
  return { pk: { S: `${USER}${userId}` }, sk: { S: SORT_KEY } };
}

function userOf(row: Item): string {
  return (row['pk']?.S ?? '').slice(USER.length);
}

function foundIn(row: Item): Found {
  const fields = Object.entries(row['profile']?.M ?? {}).map(([name, value]) => [name, value.S] as const);
  if (row['profile']?.M === undefined) return 'unusable';
  const parsed = profileSchema.safeParse(Object.fromEntries(fields));
  return parsed.success ? parsed.data : 'unusable';
}
