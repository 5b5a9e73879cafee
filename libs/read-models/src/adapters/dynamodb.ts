import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  awsClientConfig,
  awsConnection,
  persistently,
  REAL_TIME,
  type RetryEnvironment,
} from '@flightdeck/aws';
import { ensureTable } from '@flightdeck/aws/dynamodb';
import type { GenerationShelf } from '../generation-shelf.js';
import type {
  CommitResult,
  RangeQuery,
  ReadModelCommit,
  ReadModelStore,
  Row,
  RowWrite,
  Writer,
} from '../read-model-store.js';
import type { Connection } from './dynamodb/connection.js';
import { dropJournal, readJournal, writeJournal, type JournalPlace } from './dynamodb/journal.js';
import { tableDefinition, TTL } from './dynamodb/layout.js';
import { rangeRows } from './dynamodb/range.js';
import { loadRows, writeRows } from './dynamodb/rows.js';
import { dynamoDbShelf } from './dynamodb/shelf.js';
import { becomeWriter, commitState, readCheckpoint } from './dynamodb/state.js';

/**
 * Read models in one DynamoDB table, which is made when there is none: `dynamodb://<table>?region=…&endpoint=…`.
 *
 * DynamoDB's transactions hold 100 items, so a commit is made one by a journal: its rows are noted first, then one conditional
 * write of the state item, which names the note, moves the checkpoints and is refused to a fenced writer; then the rows
 * are written, each over a lower revision only. Who takes over writes the rows of the last commit again before
 * anything else, so what a crash left undone is done, and what a zombie still writes has been written already.
 * @throws {BadAddress} for an address that is none.
 */
export function dynamoDbReadModels(
  url: string,
  clock: () => number = Date.now,
  environment: RetryEnvironment = REAL_TIME,
): ReadModelStore {
  const connection = awsConnection(url, 'dynamodb');
  const client = new DynamoDBClient(awsClientConfig(connection, environment.callMsMax));
  return new DynamoDbReadModels({ client, table: connection.name, environment }, clock);
}

/** Generations of such read models, in tables named after the one of the address. @throws {BadAddress} */
export function dynamoDbGenerations(
  url: string,
  clock: () => number = Date.now,
  environment: RetryEnvironment = REAL_TIME,
): GenerationShelf {
  const config = awsClientConfig(awsConnection(url, 'dynamodb'), environment.callMsMax);
  const openTable = (table: string): ReadModelStore =>
    new DynamoDbReadModels({ client: new DynamoDBClient(config), table, environment }, clock);
  return dynamoDbShelf(url, openTable, environment);
}

class DynamoDbReadModels implements ReadModelStore {
  private opened: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private commits = 0;
  /** Why nobody knows how the last commit ended; only taking over finds out. */
  private fault: { readonly error: unknown } | undefined;

  constructor(
    private readonly connection: Connection,
    private readonly clock: () => number,
  ) {}

  async takeOver(): Promise<Writer> {
    await this.ready();
    return this.inTurn(async () => {
      const { writer, commits, journal } = await becomeWriter(this.connection);
      this.commits = commits;
      if (journal !== undefined) await this.redo(writer, journal);
      this.fault = undefined;
      return writer;
    });
  }

  async commit(writer: Writer, commit: ReadModelCommit): Promise<CommitResult> {
    await this.ready();
    return this.inTurn(async () => {
      if (this.fault !== undefined)
        throw new Error('How the last commit ended is not known; take over anew.', {
          cause: this.fault.error,
        });
      try {
        return await this.commitOnce(writer, commit);
      } catch (error) {
        this.fault = { error };
        throw error;
      }
    });
  }

  async checkpoint(source: string): Promise<string | undefined> {
    await this.ready();
    return readCheckpoint(this.connection, source);
  }

  async load(table: string, keys: readonly string[]): Promise<readonly (Row | undefined)[]> {
    await this.ready();
    return loadRows(this.connection, table, keys);
  }

  async range(table: string, query: RangeQuery): Promise<readonly Row[]> {
    await this.ready();
    return rangeRows(this.connection, table, query);
  }

  async close(): Promise<void> {
    await this.turn.catch(() => undefined); // whoever began it has the error
    this.connection.client.destroy();
  }

  private async commitOnce(writer: Writer, { rows, checkpoints }: ReadModelCommit): Promise<CommitResult> {
    const distinct = latestOfEach(rows);
    const commit = this.commits + 1;
    const journal =
      distinct.length === 0 ? undefined : await writeJournal(this.connection, { writer, commit }, distinct);
    if (!(await commitState(this.connection, { writer, commit, journal, checkpoints })))
      return { ok: false, reason: 'fenced' };
    this.commits = commit;
    return { ok: true, seen: await writeRows(this.connection, distinct, this.clock()) };
  }

  /** Writes the rows of the last commit again, of which some may be missing. */
  private async redo(writer: Writer, journal: JournalPlace): Promise<void> {
    await writeRows(this.connection, await readJournal(this.connection, journal), this.clock());
    const commit = this.commits + 1;
    const change = { writer, commit, journal: undefined, checkpoints: {} };
    if (!(await commitState(this.connection, change))) return; // fenced by one that does the same
    this.commits = commit;
    await dropJournal(this.connection, journal);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined); // the caller has the error
    return result;
  }

  /** A failure is tried again by the next call. */
  private ready(): Promise<void> {
    const { client, table, environment } = this.connection;
    this.opened ??= persistently(
      () => ensureTable(client, tableDefinition(table), environment, TTL),
      environment,
    ).catch((error: unknown) => {
      this.opened = undefined;
      throw error;
    });
    return this.opened;
  }
}

/** Of several writes to one row the one that has seen the most. */
function latestOfEach(rows: readonly RowWrite[]): readonly RowWrite[] {
  const latest = new Map<string, RowWrite>();
  for (const row of rows) {
    const id = `${row.table}\n${row.key}`;
    const known = latest.get(id);
    if (known === undefined || known.revision < row.revision) latest.set(id, row);
  }
  return [...latest.values()];
}
