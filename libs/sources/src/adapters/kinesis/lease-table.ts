import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  ScanCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';

/** Where a shard has been read to its end. */
export const SHARD_END = 'SHARD_END';

/** Who reads a shard, and how far it has come: a row of the lease table, as the Kinesis Client Library keeps it. */
export interface Lease {
  readonly shardId: string;
  /** Undefined: nobody. */
  readonly owner: string | undefined;
  /** Grows with each sign of life; a lease whose counter stands still is anybody's. */
  readonly counter: number;
  /** The last sequence number that is durable in the ledger; undefined before the first, {@link SHARD_END} after the last. */
  readonly checkpoint: string | undefined;
  readonly parents: readonly string[];
}

const TABLE_POLLS_MAX = 100;
const TABLE_POLL_MS = 100;
const PAGES_MAX = 1_000;

/** Somebody else has the lease now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Leases in a DynamoDB table, each change under a condition: two workers never both believe that they took one. */
export class LeaseTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
  ) {}

  /** Makes the table if there is none. */
  async open(): Promise<void> {
    const key = { AttributeName: 'shardId' };
    try {
      await this.client.send(
        new CreateTableCommand({
          TableName: this.table,
          KeySchema: [{ ...key, KeyType: 'HASH' }],
          AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
          BillingMode: 'PAY_PER_REQUEST',
        }),
      );
    } catch (error) {
      if (!(error instanceof ResourceInUseException)) throw error;
    }
    for (let poll = 0; poll < TABLE_POLLS_MAX; poll += 1) {
      if (await this.isActive()) return;
      await new Promise((resolve) => setTimeout(resolve, TABLE_POLL_MS));
    }
    throw new Error(`The lease table ${this.table} does not become active.`);
  }

  async all(): Promise<readonly Lease[]> {
    const leases: Lease[] = [];
    let from: Record<string, AttributeValue> | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await this.client.send(
        new ScanCommand({
          TableName: this.table,
          ConsistentRead: true,
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      leases.push(...(answer.Items ?? []).map(leaseOf));
      from = answer.LastEvaluatedKey;
      if (from === undefined) return leases;
    }
    throw new Error(`The lease table ${this.table} has more than ${PAGES_MAX} pages.`);
  }

  /** A lease for a shard that has none yet; one that is there stays as it is. */
  async create(shardId: string, parents: readonly string[]): Promise<void> {
    try {
      await this.client.send(
        new PutItemCommand({
          TableName: this.table,
          Item: {
            ...{ shardId: { S: shardId }, counter: { N: '0' } },
            parents: { L: parents.map((parent) => ({ S: parent })) },
          },
          ConditionExpression: 'attribute_not_exists(shardId)',
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** The lease in the hands of `owner`. @throws {LeaseLost} when it has changed since it was seen. */
  take(seen: Lease, owner: string): Promise<Lease> {
    return this.change(seen, { ...seen, owner });
  }

  /** A sign of life, with how far the shard has come. @throws {LeaseLost} */
  renew(held: Lease, checkpoint: string | undefined): Promise<Lease> {
    return this.change(held, { ...held, checkpoint });
  }

  /** Lets go, so that another takes it at once. @throws {LeaseLost} */
  release(held: Lease, checkpoint: string | undefined): Promise<Lease> {
    return this.change(held, { ...held, checkpoint, owner: undefined });
  }

  private async change(before: Lease, after: Lease): Promise<Lease> {
    const next = { ...after, counter: before.counter + 1 };
    const removed = [
      ...(next.owner === undefined ? ['#owner'] : []),
      ...(next.checkpoint === undefined ? ['#checkpoint'] : []),
    ];
    const values: Record<string, AttributeValue> = {
      ':seen': { N: String(before.counter) },
      ':next': { N: String(next.counter) },
      ...(next.owner === undefined ? {} : { ':owner': { S: next.owner } }),
      ...(next.checkpoint === undefined ? {} : { ':checkpoint': { S: next.checkpoint } }),
    };
    const set = [
      '#counter = :next',
      ...(next.owner === undefined ? [] : ['#owner = :owner']),
      ...(next.checkpoint === undefined ? [] : ['#checkpoint = :checkpoint']),
    ];
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { shardId: { S: before.shardId } },
          UpdateExpression: `SET ${set.join(', ')}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`,
          ConditionExpression: '#counter = :seen',
          ExpressionAttributeNames: { '#counter': 'counter', '#owner': 'owner', '#checkpoint': 'checkpoint' },
          ExpressionAttributeValues: values,
        }),
      );
      return next;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw new LeaseLost(`The lease of ${before.shardId} is in other hands.`);
      throw error;
    }
  }

  private async isActive(): Promise<boolean> {
    try {
      const { Table } = await this.client.send(new DescribeTableCommand({ TableName: this.table }));
      return Table?.TableStatus === 'ACTIVE';
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return false;
      throw error;
    }
  }
}

function leaseOf(item: Record<string, AttributeValue>): Lease {
  return {
    shardId: item['shardId']?.S ?? '',
    owner: item['owner']?.S,
    counter: Number(item['counter']?.N ?? '0'),
    checkpoint: item['checkpoint']?.S,
    parents: (item['parents']?.L ?? []).map((parent) => parent.S ?? ''),
  };
}
