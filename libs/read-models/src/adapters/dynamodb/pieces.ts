import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { persistently } from '@flightdeck/aws';
import { batchGet, batchWrite, type Item } from '@flightdeck/aws/dynamodb';
import type { RowWrite } from '../../read-model-store.js';
import type { Connection } from './connection.js';
import { PK, pieceKey, piecesPk, SK } from './layout.js';

/** A value above this is kept in pieces: an item holds at most 400 KB with its names and keys (DynamoDB Developer Guide, "Constraints"). */
export const PIECE_BYTES = 350_000;
/** The largest value is 44 MB. */
const PIECES_MAX = 128;
const PAGES_MAX = 100;

interface Place {
  readonly key: string;
  readonly revision: number;
}

/** Writes the pieces of a value that is too large for one item, and answers how many; they count once the row names them. */
export async function putPieces(connection: Connection, row: RowWrite): Promise<number> {
  const { table, key, revision, value } = row;
  if (value === null || value.byteLength <= PIECE_BYTES) return 0;
  const count = Math.ceil(value.byteLength / PIECE_BYTES);
  if (count > PIECES_MAX)
    throw new Error(`The value of ${table}/${key} has ${value.byteLength} bytes: too many.`);
  const pieces = Array.from({ length: count }, (_, i) => ({
    put: {
      ...pieceKey(table, key, revision, i),
      v: { B: value.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES) },
    },
  }));
  await batchWrite(connection.client, connection.table, pieces, connection.environment);
  return count;
}

/** The value put together; undefined when pieces are missing, because the row has another value by now. */
export async function takePieces(
  connection: Connection,
  table: string,
  { key, revision }: Place,
  count: number,
): Promise<Uint8Array | undefined> {
  const keys = Array.from({ length: count }, (_, i) => pieceKey(table, key, revision, i));
  const get = { table: connection.table, keys, consistent: true };
  const found = await batchGet(connection.client, get, connection.environment);
  if (found.length < count) return undefined;
  const numbered = found.map((item) => ({ number: Number(sortOf(item).split('#')[1]), item }));
  return Buffer.concat(
    numbered.sort((a, b) => a.number - b.number).map(({ item }) => item['v']?.B ?? new Uint8Array()),
  );
}

/** Removes the pieces of values before `revision` of a row. */
export async function dropPieces(
  connection: Connection,
  { table, key, revision }: RowWrite,
  before = revision,
): Promise<void> {
  const stale = (await pieceSorts(connection, piecesPk(table, key))).filter(
    (sort) => Number(sort.split('#')[0]) < before,
  );
  const deletes = stale.map((sort) => ({
    delete: { [PK]: { S: piecesPk(table, key) }, [SK]: { S: sort } },
  }));
  await batchWrite(connection.client, connection.table, deletes, connection.environment);
}

async function pieceSorts({ client, table, environment }: Connection, pk: string): Promise<string[]> {
  const sorts: string[] = [];
  let from: Item | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: pk } },
      ProjectionExpression: 'sk',
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const answer = await persistently(() => client.send(query), environment);
    sorts.push(...(answer.Items ?? []).map(sortOf));
    from = answer.LastEvaluatedKey;
    if (from === undefined) return sorts;
  }
  throw new Error(`${pk} has more than ${PAGES_MAX} pages.`);
}

function sortOf(item: Item): string {
  return item[SK]?.S ?? '';
}
