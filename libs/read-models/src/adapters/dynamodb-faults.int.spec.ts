import {
  DYNAMODB_ERRORS,
  dynamoDbAddress,
  everyFault,
  partialBatchGet,
  partialBatchWrite,
  PEER_CREDENTIALS,
  startDynalite,
  startFaultProxy,
  type AwsPeer,
  type Fault,
  type FaultProxy,
  type NamedFault,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReadModelStore } from '../read-model-store.js';
import { dynamoDbReadModels } from './dynamodb.js';

Object.assign(process.env, PEER_CREDENTIALS);

const AT_ONCE = { sleep: async () => undefined, random: () => 0, callMsMax: 800 };
const CAMPAIGNS = 4;
const REVISIONS = [1, 2, 3];
/** Larger than an item may be, so that it is in pieces. */
const LARGE_BYTES = 450_000;
/** A fault befalls the first call of a cell and every other one, so many at most. */
const BEFALLEN_MAX = 3;

let peer: AwsPeer;
let proxy: FaultProxy;
let tables = 0;
beforeAll(async () => {
  peer = await startDynalite();
  proxy = await startFaultProxy(peer.url);
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
});

const open = (url: string, table: string): ReadModelStore =>
  dynamoDbReadModels(dynamoDbAddress({ url }, table), () => 0, AT_ONCE);
/** A small row and a large one of each campaign; the last campaign's are removed at the last revision. */
function rowsAt(revision: number) {
  return Array.from({ length: CAMPAIGNS }, (_, campaign) => {
    const isRemoved = campaign === CAMPAIGNS - 1 && revision === REVISIONS.at(-1);
    const value = (bytes: number) =>
      isRemoved ? null : Buffer.alloc(bytes, `${campaign}-${revision}.`.padEnd(64, 'x'));
    const at = { table: 'rows', partition: 1, revision };
    return [
      { ...at, key: `c${campaign}/small`, value: value(100) },
      ...(campaign === 2 ? [{ ...at, key: `c${campaign}/large`, value: value(LARGE_BYTES) }] : []),
    ];
  }).flat();
}

const text = (
  row: { readonly key: string; readonly revision: number; readonly value: Uint8Array | null } | undefined,
) => row && `${row.key} ${row.revision} ${Buffer.from(row.value ?? []).toString()}`;
const keptAt = (revision: number) => rowsAt(revision).filter(({ value }) => value !== null);
const wantedAt = (revision: number) => keptAt(revision).map(text).join();
async function textsOf(store: ReadModelStore, revision: number): Promise<string> {
  const rows = await store.load(
    'rows',
    keptAt(revision).map(({ key }) => key),
  );
  return rows.map(text).join();
}

/** Everything a projector does with its store: takes over, commits, is taken over from, reads. Answers how the figures differ. */
async function breaches(through: ReadModelStore, honest: ReadModelStore): Promise<readonly string[]> {
  const found: string[] = [];
  let writer = await through.takeOver();
  for (const revision of REVISIONS) {
    const commit = { rows: rowsAt(revision), checkpoints: { ads: String(revision) } };
    const answer = await through.commit(writer, commit);
    if (!answer.ok) found.push(`commit ${revision} was refused`);
    if ((await textsOf(honest, revision)) !== wantedAt(revision))
      found.push(`commit ${revision} is not all there`);
    if (revision === 2) writer = await through.takeOver(); // writes the last commit again
  }
  const wanted = keptAt(3).sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const [name, store] of [
    ['through the faults', through],
    ['past them', honest],
  ] as const) {
    if ((await store.checkpoint('ads')) !== '3') found.push(`${name} the checkpoint is another`);
    if ((await textsOf(store, 3)) !== wantedAt(3)) found.push(`${name} rows that are loaded are others`);
    const all = await store.range('rows', { from: '', to: 'd', max: 100 });
    if (all.map(text).join() !== wanted.map(text).join()) found.push(`${name} a range of all is another`);
    const one = await store.range('rows', { from: 'c2/', to: 'c20', max: 100, reverse: true });
    const ofOne = wanted.filter(({ key }) => key.startsWith('c2/')).reverse();
    if (one.map(text).join() !== ofOne.map(text).join()) found.push(`${name} a range of one is another`);
  }
  return found;
}

/** Runs it all with this fault on calls of this operation. */
async function underFault(
  operation: string,
  fault: Fault,
  { befallenMax = BEFALLEN_MAX, every = 2 } = {},
): Promise<readonly string[]> {
  const table = `rows-${(tables += 1)}`;
  const first = proxy.calls.length;
  const { befallen } = proxy;
  proxy.fault = (call) => {
    const times = proxy.befallen - befallen;
    const number = proxy.calls.slice(first).filter((one) => one.operation === operation).length;
    return call.operation === operation && times < befallenMax && number % every === 1 % every
      ? fault
      : undefined;
  };
  const [through, honest] = [open(proxy.url, table), open(peer.url, table)];
  try {
    return await breaches(through, honest);
  } finally {
    proxy.fault = undefined;
    await Promise.all([through.close(), honest.close()]);
    expect(proxy.befallen).toBeGreaterThan(befallen);
  }
}

const PARTIAL: Readonly<Record<string, NamedFault>> = {
  BatchWriteItem: ['partly undone', partialBatchWrite((_, index) => index % 2 === 1)],
  BatchGetItem: ['partly undone', partialBatchGet((_, index) => index % 2 === 1)],
};
const OPERATIONS = ['PutItem', 'BatchWriteItem', 'UpdateItem', 'GetItem', 'BatchGetItem', 'Query'];
const CELLS = OPERATIONS.flatMap((operation) =>
  [...everyFault(DYNAMODB_ERRORS), ...(PARTIAL[operation] === undefined ? [] : [PARTIAL[operation]])].map(
    ([name, fault]) => [operation, name, fault] as const,
  ),
);

describe('read models in DynamoDB, whatever befalls a call', () => {
  it.each(CELLS)('lose nothing and hold nothing twice when %s is %s', async (operation, _, fault) => {
    expect(await underFault(operation, fault)).toEqual([]);
  });

  it('send again only what a BatchWriteItem left undone', async () => {
    const first = proxy.calls.length;
    const [, fault] = PARTIAL['BatchWriteItem'] ?? [];
    if (fault === undefined) throw new Error('There is one.');
    expect(await underFault('BatchWriteItem', fault)).toEqual([]);
    const sizes = proxy.calls
      .slice(first)
      .filter(({ operation }) => operation === 'BatchWriteItem')
      .map(({ body }) => Object.values(body['RequestItems'] as Record<string, unknown[]>)[0]?.length ?? 0);
    const [whole = 0] = sizes;
    expect(sizes).toContain(Math.floor(whole / 2));
  });

  it.each([
    ['PutItem', { kind: 'answer', status: 200, type: 'Nothing' }],
    ['BatchWriteItem', { kind: 'answer', status: 200, type: 'Nothing' }],
    [
      'BatchGetItem',
      { kind: 'rewrite', call: (sent) => ({ sent, answer: (body) => ({ ...body, Responses: {} }) }) },
    ],
    ['Query', { kind: 'rewrite', call: (sent) => ({ sent, answer: (body) => ({ ...body, Items: [] }) }) }],
  ] as readonly (readonly [string, Fault])[])(
    'would be seen to be wrong if a %s that has done nothing were taken for done (planted)',
    async (operation, fault) => {
      const always = { befallenMax: Infinity, every: 1 };
      const outcome = await underFault(operation, fault, always).catch((error: unknown) => [String(error)]);
      expect(outcome).not.toEqual([]);
    },
  );
});
