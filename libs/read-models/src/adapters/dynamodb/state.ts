import {
  ConditionalCheckFailedException,
  GetItemCommand,
  UpdateItemCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { persistently } from '@flightdeck/aws';
import type { Item } from '@flightdeck/aws/dynamodb';
import type { Writer } from '../../read-model-store.js';
import type { Connection } from './connection.js';
import { placeOf, placeText, type JournalPlace } from './journal.js';
import { STATE_KEY } from './layout.js';

/** What the state item says to a new writer. */
export interface TakenOver {
  readonly writer: Writer;
  /** Commits until now, of all writers. */
  readonly commits: number;
  /** The last commit, which may not be in its rows yet. */
  readonly journal: JournalPlace | undefined;
}

/** A change of the state, one commit after another. */
export interface StateChange {
  readonly writer: Writer;
  /** The number of this commit: one more than those before it. */
  readonly commit: number;
  /** Where its rows are noted, if it has any. */
  readonly journal: JournalPlace | undefined;
  readonly checkpoints: Readonly<Record<string, string>>;
}

/** Makes the caller the only writer. */
export async function becomeWriter({ client, table, environment }: Connection): Promise<TakenOver> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: STATE_KEY,
    UpdateExpression: 'ADD writer :one, commits :none',
    ExpressionAttributeValues: { ':one': { N: '1' }, ':none': { N: '0' } },
    ReturnValues: 'ALL_NEW',
  });
  const { Attributes } = await persistently(() => client.send(update), environment);
  const journal = Attributes?.['journal']?.S;
  return {
    writer: Number(Attributes?.['writer']?.N),
    commits: Number(Attributes?.['commits']?.N),
    journal: journal === undefined ? undefined : placeOf(journal),
  };
}

/**
 * The moment of a commit: from here on its rows are as good as written. False when another writer has taken over. The number makes
 * a call that arrives late, after it was given up and repeated, change nothing.
 */
export async function commitState(connection: Connection, change: StateChange): Promise<boolean> {
  const { client, table, environment } = connection;
  const { writer, commit, journal } = change;
  const checkpoints = Object.entries(change.checkpoints);
  const values: Record<string, AttributeValue> = {
    ':writer': { N: String(writer) },
    ':before': { N: String(commit - 1) },
    ':commit': { N: String(commit) },
    ...(journal === undefined ? {} : { ':journal': { S: placeText(journal) } }),
  };
  for (const [i, [, checkpoint]] of checkpoints.entries()) values[`:c${i}`] = { S: checkpoint };
  const set = ['commits = :commit', ...checkpoints.map((_, i) => `#c${i} = :c${i}`)].join(', ');
  const update = new UpdateItemCommand({
    TableName: table,
    Key: STATE_KEY,
    UpdateExpression: journal === undefined ? `SET ${set} REMOVE journal` : `SET ${set}, journal = :journal`,
    ConditionExpression: 'writer = :writer AND commits = :before',
    ...(checkpoints.length === 0 ? {} : { ExpressionAttributeNames: namesOf(checkpoints) }),
    ExpressionAttributeValues: values,
  });
  try {
    await persistently(() => client.send(update), environment);
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
  const state = await readState(connection); // our own write, when only its answer was lost
  return Number(state?.['writer']?.N) === writer && Number(state?.['commits']?.N) === commit;
}

function namesOf(checkpoints: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(checkpoints.map(([source], i) => [`#c${i}`, attributeOf(source)]));
}

/** How far the rows of a source have come; undefined before its first commit. */
export async function readCheckpoint(connection: Connection, source: string): Promise<string | undefined> {
  return (await readState(connection))?.[attributeOf(source)]?.S;
}

async function readState({ client, table, environment }: Connection): Promise<Item | undefined> {
  const get = new GetItemCommand({ TableName: table, Key: STATE_KEY, ConsistentRead: true });
  return (await persistently(() => client.send(get), environment)).Item;
}

function attributeOf(source: string): string {
  return `checkpoint/${source}`;
}
