import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { persistently } from '@flightdeck/aws';
import type { Item } from '@flightdeck/aws/dynamodb';
import type { RangeQuery, Row } from '../../read-model-store.js';
import type { Connection } from './connection.js';
import { bucketOfRange, bucketPk, BUCKETS, compareKeys, SK, sortKey } from './layout.js';
import { rowOf } from './rows.js';

/** Rows asked for at a time. */
const PAGE_MIN = 25;
const PAGE_MAX = 1_000;
/** Pages of one bucket in one range, tombstones included. */
const PAGES_MAX = 100_000;

/** Rows of a projection in key order. A range of one campaign is one bucket; any other is every bucket, merged. */
export async function rangeRows(
  connection: Connection,
  table: string,
  query: RangeQuery,
): Promise<readonly Row[]> {
  if (compareKeys(query.from, query.to) >= 0) return [];
  const only = bucketOfRange(query.from, query.to);
  const buckets = only === undefined ? Array.from({ length: BUCKETS }, (_, bucket) => bucket) : [only];
  const page = Math.min(PAGE_MAX, Math.max(PAGE_MIN, Math.ceil((1.5 * query.max) / buckets.length)));
  const cursors = buckets.map((bucket) => new Cursor(connection, bucketPk(table, bucket), query, page));
  await Promise.all(cursors.map((cursor) => cursor.fill()));
  const rows: Row[] = [];
  while (rows.length < query.max) {
    const first = firstOf(cursors, query.reverse === true);
    if (first === undefined) break;
    const row = await rowOf(connection, table, first.take());
    if (row !== undefined) rows.push(row);
    await first.fill();
  }
  return rows;
}

/** The cursor whose next row comes first. */
function firstOf(cursors: readonly Cursor[], reverse: boolean): Cursor | undefined {
  let first: Cursor | undefined;
  for (const cursor of cursors) {
    if (cursor.next === undefined) continue;
    const order = first?.next === undefined ? -1 : Buffer.compare(cursor.next, first.next);
    if (first === undefined || (reverse ? order > 0 : order < 0)) first = cursor;
  }
  return first;
}

/** Reads one bucket, page by page. */
class Cursor {
  private readonly items: Item[] = [];
  private at = 0;
  private from: Item | undefined;
  private pages = 0;
  private isDone = false;
  /** The sort key of the next item; undefined at the end. */
  next: Buffer | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly pk: string,
    private readonly query: RangeQuery,
    private readonly page: number,
  ) {}

  take(): Item {
    const item = this.items[this.at++];
    if (item === undefined) throw new Error('Nothing is left to take.');
    return item;
  }

  /** Makes sure that {@link next} is known. Waits only when a page is used up. */
  async fill(): Promise<void> {
    while (this.at === this.items.length && !this.isDone) await this.read();
    const sort = this.items[this.at]?.[SK]?.S;
    this.next = sort === undefined ? undefined : Buffer.from(sort);
  }

  private async read(): Promise<void> {
    if (++this.pages > PAGES_MAX) throw new Error(`A range of ${this.pk} has more than ${PAGES_MAX} pages.`);
    const { client, table, environment } = this.connection;
    const command = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': { S: this.pk },
        ':from': { S: sortKey(this.query.from) },
        ':to': { S: sortKey(this.query.to) },
      },
      FilterExpression: 'attribute_exists(v) OR attribute_exists(n)',
      ScanIndexForward: this.query.reverse !== true,
      Limit: this.page,
      ...(this.from === undefined ? {} : { ExclusiveStartKey: this.from }),
    });
    const answer = await persistently(() => client.send(command), environment);
    const end = sortKey(this.query.to);
    this.items.length = 0;
    this.at = 0;
    for (const item of answer.Items ?? []) if (item[SK]?.S !== end) this.items.push(item); // BETWEEN includes it
    this.from = answer.LastEvaluatedKey;
    this.isDone = this.from === undefined;
  }
}
