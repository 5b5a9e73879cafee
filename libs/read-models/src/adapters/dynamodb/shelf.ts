import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  awsClientConfig,
  awsConnection,
  persistently,
  REAL_TIME,
  type RetryEnvironment,
} from '@flightdeck/aws';
import { dropTable, ensureTable, type Item } from '@flightdeck/aws/dynamodb';
import {
  allOf,
  freeNames,
  GENERATION_NAMES,
  UNNAMED,
  serving,
  type Generation,
  type Generations,
  type GenerationShelf,
} from '../../generation-shelf.js';
import type { ReadModelStore } from '../../read-model-store.js';
import type { Connection } from './connection.js';
import { SHELF_KEY, STATE_KEY, tableDefinition } from './layout.js';

/** Opens the store in a table. */
export type OpenTable = (table: string) => ReadModelStore;

/**
 * Generations in tables beside each other, `<table>-g1` to `<table>-g4`; the table itself holds one item that says which is served.
 * Who takes over counts the holders up, and an earlier one changes nothing any more.
 */
export function dynamoDbShelf(
  url: string,
  openTable: OpenTable,
  environment: RetryEnvironment = REAL_TIME,
): GenerationShelf {
  const connection = awsConnection(url, 'dynamodb');
  const client = new DynamoDBClient(awsClientConfig(connection, environment.callMsMax));
  return new DynamoDbShelf({ client, table: connection.name, environment }, openTable);
}

class DynamoDbShelf implements GenerationShelf {
  private holder = 0;
  private changes = 0;

  constructor(
    private readonly connection: Connection,
    private readonly openTable: OpenTable,
  ) {}

  async takeOver(): Promise<void> {
    const { client, table, environment } = this.connection;
    await persistently(() => ensureTable(client, tableDefinition(table), environment), environment);
    const update = new UpdateItemCommand({
      TableName: table,
      Key: SHELF_KEY,
      UpdateExpression: 'ADD holder :one, changes :none',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':none': { N: '0' } },
      ReturnValues: 'ALL_NEW',
    });
    const { Attributes } = await persistently(() => client.send(update), environment);
    this.holder = Number(Attributes?.['holder']?.N);
    this.changes = Number(Attributes?.['changes']?.N);
    for (const name of freeNames(await this.read())) await this.drop(name);
  }

  async read(): Promise<Generations | undefined> {
    const known = (await this.item(SHELF_KEY))?.['known']?.S;
    if (known !== undefined) return JSON.parse(known) as Generations;
    return (await this.item(STATE_KEY)) === undefined ? undefined : { current: UNNAMED, kept: [] };
  }

  async fresh(version: number, since: string): Promise<Generation> {
    const [name] = freeNames(await this.read());
    await this.drop(name);
    return { name, version, since };
  }

  open(generation: Pick<Generation, 'name'>): ReadModelStore {
    return this.openTable(this.tableOf(generation));
  }

  async serve(current: Generation): Promise<void> {
    const { client, table, environment } = this.connection;
    const { generations, dropped } = serving(await this.read(), current);
    const update = new UpdateItemCommand({
      TableName: table,
      Key: SHELF_KEY,
      UpdateExpression: 'SET known = :known, changes = :change',
      ConditionExpression: 'holder = :holder AND changes = :before',
      ExpressionAttributeValues: {
        ':known': { S: JSON.stringify(generations) },
        ':holder': { N: String(this.holder) },
        ':before': { N: String(this.changes) },
        ':change': { N: String(this.changes + 1) },
      },
    });
    try {
      await persistently(() => client.send(update), environment);
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !(await this.isOurs())) throw error;
    }
    this.changes += 1;
    for (const { name } of dropped) await this.discard({ name });
  }

  async discard({ name }: Pick<Generation, 'name'>): Promise<void> {
    const isHeld = allOf(await this.read()).some((one) => one.name === name);
    if (!isHeld && GENERATION_NAMES.includes(name)) await this.drop(name);
  }

  async close(): Promise<void> {
    this.connection.client.destroy();
  }

  /** Whether a change that was refused is our own, whose first answer was lost. */
  private async isOurs(): Promise<boolean> {
    const item = await this.item(SHELF_KEY);
    return Number(item?.['holder']?.N) === this.holder && Number(item?.['changes']?.N) === this.changes + 1;
  }

  private async item(Key: Item): Promise<Item | undefined> {
    const { client, table, environment } = this.connection;
    const get = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
    return (await persistently(() => client.send(get), environment)).Item;
  }

  private async drop(name: string): Promise<void> {
    const { client, environment } = this.connection;
    await dropTable(client, this.tableOf({ name }), environment);
  }

  private tableOf({ name }: Pick<Generation, 'name'>): string {
    const { table } = this.connection;
    return name === UNNAMED.name ? table : `${table}-${name}`;
  }
}
