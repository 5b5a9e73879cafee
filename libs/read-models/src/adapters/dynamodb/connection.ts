import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RetryEnvironment } from '@flightdeck/aws';

/** A table, the way to it, and what retries need. */
export interface Connection {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly environment: RetryEnvironment;
}
