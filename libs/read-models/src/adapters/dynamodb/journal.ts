import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { persistently } from '@flightdeck/aws';
import { batchGet, batchWrite, inParallel } from '@flightdeck/aws/dynamodb';
import type { RowWrite } from '../../read-model-store.js';
import type { Connection } from './connection.js';
import { journalKey, SK } from './layout.js';

/** Where the rows of a commit are noted. */
export interface JournalPlace {
  readonly writer: number;
  /** The number of the commit. */
  readonly commit: number;
  /** How many items hold its rows. */
  readonly items: number;
}

/** Two, so that a commit never writes over the one before, which may not be in its rows yet. */
const SLOTS = 2;
const ITEM_BYTES = 350_000;
/** The largest commit is 350 MB, compressed. */
const ITEMS_MAX = 1_000;
const LENGTH_BYTES = 4;
const FAST = { level: 1 };
const PUTS_MAX = 8;

const deflated = promisify<Buffer, typeof FAST, Buffer>(deflateRaw);
const inflated = promisify<Buffer, Buffer>(inflateRaw);

/** Notes the rows of a commit; nothing refers to them yet. A note that arrives late, when its slot is another commit's, changes nothing. */
export async function writeJournal(
  { client, table, environment }: Connection,
  { writer, commit }: Omit<JournalPlace, 'items'>,
  rows: readonly RowWrite[],
): Promise<JournalPlace> {
  const bytes = await deflated(encodeRows(rows), FAST);
  const items = Math.ceil(bytes.byteLength / ITEM_BYTES);
  if (items > ITEMS_MAX) throw new Error(`A commit of ${bytes.byteLength} bytes is too large.`);
  const place = { writer, commit, items };
  await inParallel(keysOf(place), PUTS_MAX, async (key, i) => {
    const number = { N: String(commit) };
    const put = new PutItemCommand({
      TableName: table,
      Item: { ...key, c: number, v: { B: bytes.subarray(i * ITEM_BYTES, (i + 1) * ITEM_BYTES) } },
      ConditionExpression: 'attribute_not_exists(pk) OR c <= :c',
      ExpressionAttributeValues: { ':c': number },
    });
    await persistently(() => client.send(put), environment);
  });
  return place;
}

/** The rows noted at a place. @throws when they are not all there. */
export async function readJournal(
  { client, table, environment }: Connection,
  place: JournalPlace,
): Promise<readonly RowWrite[]> {
  const found = await batchGet(client, { table, keys: keysOf(place), consistent: true }, environment);
  const own = found.filter((item) => Number(item['c']?.N) === place.commit);
  if (own.length !== place.items)
    throw new Error(`The journal of commit ${place.commit} has ${own.length} of ${place.items} items.`);
  const pieces = own
    .map((item) => ({ number: Number(item[SK]?.S?.split('#')[1]), bytes: item['v']?.B ?? new Uint8Array() }))
    .sort((a, b) => a.number - b.number);
  return decodeRows(await inflated(Buffer.concat(pieces.map(({ bytes }) => bytes))));
}

/** Removes what is noted at a place, once it is in the rows. */
export async function dropJournal(
  { client, table, environment }: Connection,
  place: JournalPlace,
): Promise<void> {
  const deletes = keysOf(place).map((key) => ({ delete: key }));
  await batchWrite(client, table, deletes, environment);
}

/** As text, to be kept in one attribute. */
export function placeText({ writer, commit, items }: JournalPlace): string {
  return `${writer}/${commit}/${items}`;
}

/** Reads a place of the journal, `writer/commit/items`; parts that are no numbers are NaN. */
export function placeOf(text: string): JournalPlace {
  const [writer = NaN, commit = NaN, items = NaN] = text.split('/').map(Number);
  return { writer, commit, items };
}

function keysOf({ writer, commit, items }: JournalPlace): ReturnType<typeof journalKey>[] {
  return Array.from({ length: items }, (_, i) => journalKey(writer, commit % SLOTS, i));
}

type Head = readonly [table: string, key: string, partition: number, revision: number, bytes: number];
/** The length of a row without a value. */
const REMOVED = -1;

/** The heads of all rows as JSON, with its length in front, then their values. */
function encodeRows(rows: readonly RowWrite[]): Buffer {
  const heads = rows.map(({ table, key, partition, revision, value }): Head => [
    ...([table, key, partition, revision] as const),
    value === null ? REMOVED : value.byteLength,
  ]);
  const head = Buffer.from(JSON.stringify(heads));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(head.byteLength);
  return Buffer.concat([length, head, ...rows.map(({ value }) => value ?? new Uint8Array())]);
}

function decodeRows(bytes: Buffer): readonly RowWrite[] {
  let at = LENGTH_BYTES + bytes.readUInt32LE();
  const heads = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, at)) as readonly Head[];
  return heads.map(([table, key, partition, revision, length]) => {
    if (length === REMOVED) return { table, key, partition, revision, value: null };
    const value = bytes.subarray(at, at + length);
    at += length;
    return { table, key, partition, revision, value };
  });
}
