import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  type AttributeValue,
  type CreateTableCommandInput,
  type DynamoDBClient,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { backoffMs, persistently, TRIES_MAX, type RetryEnvironment } from '../transient.js';

export type Item = Record<string, AttributeValue>;

/** BatchGetItem and BatchWriteItem: the most keys of one call (DynamoDB API Reference). */
const GET_MAX = 100;
const WRITE_MAX = 25;
/** Calls under way at once. */
const CALLS_MAX = 8;
const TABLE_POLLS_MAX = 300;
const TABLE_POLL_MS = 100;

/** Makes the table if there is none, and waits until it can be used. `ttl` names the attribute that says when an item may go. */
export async function ensureTable(
  client: DynamoDBClient,
  definition: CreateTableCommandInput & { readonly TableName: string },
  { sleep }: RetryEnvironment,
  ttl?: string,
): Promise<void> {
  const { TableName } = definition;
  if ((await statusOf(client, TableName)) === undefined) {
    try {
      await client.send(new CreateTableCommand(definition));
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error; // somebody else was faster
    }
  }
  for (let poll = 0; (await statusOf(client, TableName)) !== 'ACTIVE'; poll += 1) {
    if (poll === TABLE_POLLS_MAX) throw new Error(`The table ${TableName} does not become active.`);
    await sleep(TABLE_POLL_MS);
  }
  if (ttl !== undefined) await expire(client, TableName, ttl);
}

/** Removes the table if there is one, and waits until it is gone. */
export async function dropTable(
  client: DynamoDBClient,
  table: string,
  environment: RetryEnvironment,
): Promise<void> {
  for (let poll = 0; ; poll += 1) {
    const status = await persistently(() => statusOf(client, table), environment);
    if (status === undefined) return;
    if (poll === TABLE_POLLS_MAX) throw new Error(`The table ${table} does not go.`);
    if (status !== 'DELETING') await deleteTable(client, table, environment);
    await environment.sleep(TABLE_POLL_MS);
  }
}

/** A table that is being made is asked again; one that is gone will do. */
async function deleteTable(
  client: DynamoDBClient,
  table: string,
  environment: RetryEnvironment,
): Promise<void> {
  try {
    await persistently(() => client.send(new DeleteTableCommand({ TableName: table })), environment);
  } catch (error) {
    if (error instanceof ResourceInUseException || error instanceof ResourceNotFoundException) return;
    throw error;
  }
}

async function statusOf(client: DynamoDBClient, table: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    return Table?.TableStatus ?? 'UNKNOWN';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Items that never expire cost storage and nothing else, so a peer without this, or a table that has it already, will do. */
async function expire(client: DynamoDBClient, table: string, attribute: string): Promise<void> {
  try {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { Enabled: true, AttributeName: attribute },
      }),
    );
  } catch (error) {
    const status = (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata;
    if (status?.httpStatusCode !== 400) throw error;
  }
}

export interface BatchGet {
  readonly table: string;
  readonly keys: readonly Item[];
  readonly consistent: boolean;
  /** Gives up what is still under way. */
  readonly signal?: AbortSignal;
}

/** The items that are there, in no order. Keys must differ. What a call leaves undone (throttling, 16 MB) is asked for again, and nothing else. */
export async function batchGet(
  client: DynamoDBClient,
  { table, keys, consistent, signal }: BatchGet,
  environment: RetryEnvironment,
): Promise<readonly Item[]> {
  const found: Item[] = [];
  await inParallel(slices(keys, GET_MAX), CALLS_MAX, (slice) =>
    untilDone(slice, environment, async (left) => {
      const answer = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: [...left], ConsistentRead: consistent } },
        }),
        signal === undefined ? {} : { abortSignal: signal },
      );
      found.push(...(answer.Responses?.[table] ?? []));
      return answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }),
  );
  return found;
}

/** A change without a condition: an item to put in place of what is there, or a key to delete. */
export type BatchWrite = { readonly put: Item } | { readonly delete: Item };

/** Writes all; what a call leaves undone is sent again, and nothing else. */
export async function batchWrite(
  client: DynamoDBClient,
  table: string,
  writes: readonly BatchWrite[],
  environment: RetryEnvironment,
): Promise<void> {
  const requests = writes.map((write): WriteRequest =>
    'put' in write ? { PutRequest: { Item: write.put } } : { DeleteRequest: { Key: write.delete } },
  );
  await inParallel(slices(requests, WRITE_MAX), CALLS_MAX, (slice) =>
    untilDone(slice, environment, async (left) => {
      const answer = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: [...left] } }));
      return answer.UnprocessedItems?.[table] ?? [];
    }),
  );
}

/** Repeats a call with what it left undone. Progress begins the count of tries anew. */
async function untilDone<T>(
  all: readonly T[],
  environment: RetryEnvironment,
  call: (left: readonly T[]) => Promise<readonly T[]>,
): Promise<void> {
  let left = all;
  for (let tries = 0; left.length > 0;) {
    const before = left.length;
    left = await persistently(() => call(left), environment);
    tries = left.length < before ? 1 : tries + 1;
    if (tries >= TRIES_MAX) throw new Error(`DynamoDB leaves ${left.length} items undone.`);
    if (left.length > 0) await environment.sleep(backoffMs(tries, environment.random));
  }
}

/** Runs `work` over all, at most `max` at once. After the first failure nothing new begins; it is thrown when all has ended. */
export async function inParallel<T>(
  all: readonly T[],
  max: number,
  work: (one: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    while (next < all.length && failures.length === 0) {
      const index = next++;
      try {
        await work(all[index] as T, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(max, all.length) }, lane));
  if (failures.length > 0) throw failures[0];
}

function slices<T>(all: readonly T[], length: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / length) }, (_, i) =>
    all.slice(i * length, (i + 1) * length),
  );
}
