import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
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
  /** Who has asked for it; the owner hands it over to them. */
  readonly wanted?: string;
}

const TABLE_POLLS_MAX = 100;
const TABLE_POLL_MS = 100;
const PAGES_MAX = 1_000;

/** Somebody else has the lease now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Leases in a DynamoDB table, each change under a condition: two workers never both believe that they took one. A change whose
 * answer is lost looks to its author like {@link LeaseLost}; the lease is then its own and unread, and it takes it again.
 */
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
    return this.change(seen, { owner, checkpoint: seen.checkpoint }, 'answered');
  }

  /** A sign of life, with how far the shard has come. @throws {LeaseLost} */
  renew(held: Lease, checkpoint: string | undefined): Promise<Lease> {
    return this.change(held, { owner: held.owner, checkpoint });
  }

  /** Lets go, in favour of `next` or so that anybody may take it at once. @throws {LeaseLost} */
  release(held: Lease, checkpoint: string | undefined, next?: string): Promise<Lease> {
    return this.change(held, { owner: next, checkpoint }, 'answered');
  }

  /** Asks the owner for it. The counter stays, for it is the owner's. Nothing happens when it has changed, or another has asked. */
  async ask({ shardId, counter }: Lease, me: string): Promise<void> {
    await this.unlessChanged(
      new UpdateItemCommand({
        TableName: this.table,
        Key: { shardId: { S: shardId } },
        UpdateExpression: 'SET wanted = :me',
        ConditionExpression: '#counter = :seen AND attribute_not_exists(wanted)',
        ExpressionAttributeNames: { '#counter': 'counter' },
        ExpressionAttributeValues: { ':me': { S: me }, ':seen': { N: String(counter) } },
      }),
    );
  }

  /** Forgets a shard that the stream no longer has. Nothing happens when the lease has changed. */
  async forget({ shardId, counter }: Lease): Promise<void> {
    await this.unlessChanged(
      new DeleteItemCommand({
        TableName: this.table,
        Key: { shardId: { S: shardId } },
        ConditionExpression: '#counter = :seen',
        ExpressionAttributeNames: { '#counter': 'counter' },
        ExpressionAttributeValues: { ':seen': { N: String(counter) } },
      }),
    );
  }

  private async unlessChanged(command: UpdateItemCommand | DeleteItemCommand): Promise<void> {
    try {
      await (command instanceof UpdateItemCommand ? this.client.send(command) : this.client.send(command));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  private async change(
    before: Lease,
    { owner, checkpoint }: Pick<Lease, 'owner' | 'checkpoint'>,
    request?: 'answered',
  ): Promise<Lease> {
    const counter = before.counter + 1;
    const fields = [
      ['#owner', owner],
      ['#checkpoint', checkpoint],
      ...(request === 'answered' ? [['#wanted', undefined] as const] : []),
    ] as const;
    const set = fields.filter(([, value]) => value !== undefined);
    const removed = fields.filter(([, value]) => value === undefined).map(([name]) => name);
    const assignments = ['#counter = :next', ...set.map(([name]) => `${name} = ${name.replace('#', ':')}`)];
    const names = Object.fromEntries(
      ['#counter', ...fields.map(([name]) => name)].map((name) => [name, name.slice(1)]),
    );
    const values = Object.fromEntries(
      set.map(([name, value]) => [name.replace('#', ':'), { S: value ?? '' }]),
    );
    try {
      await this.client.send(
        new UpdateItemCommand({
          TableName: this.table,
          Key: { shardId: { S: before.shardId } },
          UpdateExpression: `SET ${assignments.join(', ')}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`,
          ConditionExpression: '#counter = :seen',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ...values,
            ...{ ':seen': { N: String(before.counter) }, ':next': { N: String(counter) } },
          },
        }),
      );
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException)
        throw new LeaseLost(`The lease of ${before.shardId} is in other hands.`);
      throw error;
    }
    return { shardId: before.shardId, parents: before.parents, owner, counter, checkpoint };
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
    ...(item['wanted']?.S === undefined ? {} : { wanted: item['wanted'].S }),
  };
}
