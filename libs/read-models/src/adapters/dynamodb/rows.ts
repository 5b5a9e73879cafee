import { ConditionalCheckFailedException, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { persistently } from '@flightdeck/aws';
import { batchGet, inParallel, type Item } from '@flightdeck/aws/dynamodb';
import type { Row, RowWrite } from '../../read-model-store.js';
import type { Connection } from './connection.js';
import { keyOfSort, PK, rowKey, SK, TTL } from './layout.js';
import { dropPieces, PIECE_BYTES, putPieces, takePieces } from './pieces.js';

/** Puts under way at once, below the connections that a client keeps. */
const PUTS_MAX = 40;
/** How long a tombstone refuses late writes of a writer that was stopped and goes on: longer than anybody would leave one. */
const TOMBSTONE_SECONDS = 7 * 86_400;
/** Looks at a value whose pieces are replaced while they are read. */
const READS_MAX = 5;

/** Writes each row whose stored revision is lower, and answers how many were left alone. Bears being repeated. */
export async function writeRows(
  connection: Connection,
  rows: readonly RowWrite[],
  nowMs: number,
): Promise<number> {
  let seen = 0;
  await inParallel(rows, PUTS_MAX, async (row) => {
    if (!(await writeRow(connection, row, nowMs))) seen += 1;
  });
  return seen;
}

async function writeRow(connection: Connection, row: RowWrite, nowMs: number): Promise<boolean> {
  const { client, table, environment } = connection;
  const pieces = await putPieces(connection, row);
  const put = new PutItemCommand({
    TableName: table,
    Item: itemOf(row, pieces, nowMs),
    ConditionExpression: 'attribute_not_exists(pk) OR (p = :p AND r < :r)',
    ExpressionAttributeValues: { ':p': { N: String(row.partition) }, ':r': { N: String(row.revision) } },
    ReturnValues: 'ALL_OLD',
  });
  try {
    const { Attributes } = await persistently(() => client.send(put), environment);
    if (Attributes?.['n'] !== undefined) await dropPieces(connection, row);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  return passedOver(connection, row, pieces);
}

/** Why a row was left alone: it has seen as much, maybe by this very write when its answer was lost. */
async function passedOver(connection: Connection, row: RowWrite, pieces: number): Promise<boolean> {
  const { client, table, environment } = connection;
  const { Item: stored } = await persistently(
    () =>
      client.send(
        new GetItemCommand({
          TableName: table,
          Key: rowKey(row.table, row.key),
          ConsistentRead: true,
          ProjectionExpression: 'p, r',
        }),
      ),
    environment,
  );
  const partition = numberOf(stored, 'p');
  if (partition !== row.partition)
    throw new Error(`Row ${row.table}/${row.key} belongs to partition ${partition}, not ${row.partition}.`);
  if (pieces > 0 || row.value === null) await dropPieces(connection, row, numberOf(stored, 'r'));
  return false;
}

/** One answer per key, in order. */
export async function loadRows(
  connection: Connection,
  table: string,
  keys: readonly string[],
): Promise<readonly (Row | undefined)[]> {
  if (keys.length === 0) return [];
  const found = await batchGet(
    connection.client,
    {
      table: connection.table,
      keys: [...new Set(keys)].map((key) => rowKey(table, key)),
      consistent: true,
    },
    connection.environment,
  );
  const rows = new Map<string, Row>();
  await inParallel(found, PUTS_MAX, async (item) => {
    const row = await rowOf(connection, table, item);
    if (row !== undefined) rows.set(row.key, row);
  });
  return keys.map((key) => rows.get(key));
}

/** The row in an item; undefined for a tombstone. A value in pieces is put together, whatever replaces it meanwhile. */
export async function rowOf(connection: Connection, table: string, item: Item): Promise<Row | undefined> {
  let stored: Item | undefined = item;
  for (let read = 0; read < READS_MAX; read += 1) {
    if (stored === undefined || isTombstone(stored)) return undefined;
    const key = keyOfSort(stored[SK]?.S ?? '');
    const place = { key, partition: numberOf(stored, 'p'), revision: numberOf(stored, 'r') };
    const whole = stored['v']?.B ?? (await takePieces(connection, table, place, numberOf(stored, 'n')));
    if (whole !== undefined) return { ...place, value: whole };
    const again = { table: connection.table, keys: [rowKey(table, key)], consistent: true };
    [stored] = await batchGet(connection.client, again, connection.environment);
  }
  throw new Error(`The pieces of ${table} ${item[PK]?.S ?? ''} are never all there.`);
}

/** Whether an item stands for a row that was deleted: it holds neither a value nor a number of pieces. */
export function isTombstone(item: Item): boolean {
  return item['v'] === undefined && item['n'] === undefined;
}

function itemOf({ table, key, partition, revision, value }: RowWrite, pieces: number, nowMs: number): Item {
  const place = { ...rowKey(table, key), p: { N: String(partition) }, r: { N: String(revision) } };
  if (value === null) return { ...place, [TTL]: { N: String(Math.ceil(nowMs / 1000) + TOMBSTONE_SECONDS) } };
  return value.byteLength <= PIECE_BYTES
    ? { ...place, v: { B: value } }
    : { ...place, n: { N: String(pieces) } };
}

function numberOf(item: Item | undefined, attribute: string): number {
  return Number(item?.[attribute]?.N ?? '0');
}
