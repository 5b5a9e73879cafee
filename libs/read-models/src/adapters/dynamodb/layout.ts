import type { AttributeValue, CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from '@flightdeck/aws/dynamodb';

/**
 * One table holds everything, by `pk` and `sk`:
 *
 * - `<projection>#<bucket>`, `/<key>`: a row. `p` partition, `r` revision, `v` value; no `v`: the row was removed (a tombstone, which
 *   goes at `ttl`); `n`: the value is in so many pieces.
 * - `piece#<projection>#<key>`, `<revision>#<number>`: a piece of a value that is larger than an item may be.
 * - `journal#<writer>`, `<slot>#<number>`: a commit, before its rows are written.
 * - `state`, `/`: `writer`, `journal` (the last commit, until the next), `checkpoint/<source>`.
 * - `shelf`, `/`, in the table that generations are named after: `holder`, `changes`, `known` (JSON: which is served, which are kept).
 */
export const PK = 'pk';
export const SK = 'sk';
/** Epoch seconds after which DynamoDB may delete an item. */
export const TTL = 'ttl';

/** What spreads a projection over DynamoDB's partitions; for ever, since it is in every key. */
export const BUCKETS = 16;

/** The table as CreateTable takes it: keys `pk` and `sk`, paid by request. */
export function tableDefinition(table: string): CreateTableCommandInput & { readonly TableName: string } {
  return {
    TableName: table,
    KeySchema: [
      { AttributeName: PK, KeyType: 'HASH' },
      { AttributeName: SK, KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: PK, AttributeType: 'S' },
      { AttributeName: SK, AttributeType: 'S' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  };
}

export const STATE_KEY = key('state', '/');
export const SHELF_KEY = key('shelf', '/');

/** Where a row is. */
export function rowKey(table: string, rowKeyText: string): Item {
  return key(bucketPk(table, bucketOf(rowKeyText)), sortKey(rowKeyText));
}

/** Where a piece of a commit waits until the commit is made. */
export function journalKey(writer: number, slot: number, number: number): Item {
  return key(`journal#${writer}`, `${slot}#${number}`);
}

/** The partition of the pieces of a row that is too large for one item. */
export function piecesPk(table: string, rowKeyText: string): string {
  return `piece#${table}#${rowKeyText}`;
}

/** Where a piece of such a row is, at one of its revisions. */
export function pieceKey(table: string, rowKeyText: string, revision: number, number: number): Item {
  return key(piecesPk(table, rowKeyText), `${revision}#${number}`);
}

/** The partition of one of a table's buckets. */
export function bucketPk(table: string, bucket: number): string {
  return `${table}#${bucket}`;
}

/** A sort key may not be empty. */
export function sortKey(rowKeyText: string): string {
  return `/${rowKeyText}`;
}

/** The text of a row's key that a sort key stands for. */
export function keyOfSort(sort: string): string {
  return sort.slice(1);
}

/** Rows whose keys have the same beginning, up to and with the first `/`, are neighbours: those of one campaign are read together. */
export function bucketOf(rowKeyText: string): number {
  const slash = rowKeyText.indexOf('/');
  return hash(slash < 0 ? rowKeyText : rowKeyText.slice(0, slash)) % BUCKETS;
}

/** The one bucket that holds every key of a range, or undefined when there may be several. */
export function bucketOfRange(from: string, to: string): number | undefined {
  const slash = from.indexOf('/');
  if (slash < 0) return undefined;
  const afterAll = `${from.slice(0, slash)}0`; // "0" comes right after "/"
  return compareKeys(to, afterAll) <= 0 ? bucketOf(from) : undefined;
}

/** In the order of their UTF-8 bytes, as DynamoDB sorts. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function key(pk: string, sk: string): Record<string, AttributeValue> {
  return { [PK]: { S: pk }, [SK]: { S: sk } };
}

/** FNV-1a, 32 bits, over UTF-8. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
