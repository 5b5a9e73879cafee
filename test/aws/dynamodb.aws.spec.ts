import type { ReadModelStore } from '@flightdeck/read-models';
import { dynamoDbReadModels } from '@flightdeck/read-models/dynamodb';
import {
  dynamoDbAddress,
  partialBatchGet,
  partialBatchWrite,
  PEER_CREDENTIALS,
  startFaultProxy,
  startMoto,
  type AwsPeer,
  type Fault,
} from '@flightdeck/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

Object.assign(process.env, PEER_CREDENTIALS);

/** Many times what a batch holds (25 writes, 100 reads), and pieces of a row besides. */
const ROWS = 3_000;
const LARGE_BYTES = 1_500_000;

const row = (key: string, revision: number, text: string) => ({
  ...{ table: 'counters', key, partition: 1, revision },
  value: new TextEncoder().encode(text),
});

describe('read models in DynamoDB (moto; the whole contract runs against dynalite)', () => {
  let moto: AwsPeer;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.close());

  it('keep rows over lower revisions only, with the checkpoint, and refuse a projector that was replaced', async () => {
    const address = dynamoDbAddress(moto, 'read-models');
    const first = dynamoDbReadModels(address);
    const second = dynamoDbReadModels(address);
    const zombie = await first.takeOver();
    const rows = [row('c1/a', 5, 'five'), row('c1/b', 5, 'five')];
    expect(await first.commit(zombie, { rows, checkpoints: { ads: '5' } })).toEqual({ ok: true, seen: 0 });
    const writer = await second.takeOver();
    const later = { rows: [row('c1/a', 4, 'four'), row('c1/b', 6, 'six')], checkpoints: { ads: '6' } };
    expect(await second.commit(writer, later)).toEqual({ ok: true, seen: 1 });
    const late = { rows: [row('c1/a', 7, 'seven')], checkpoints: { ads: '7' } };
    expect(await first.commit(zombie, late)).toEqual({ ok: false, reason: 'fenced' });
    const stored = await second.load('counters', ['c1/a', 'c1/b', 'c1/c']);
    expect(stored.map((one) => one && new TextDecoder().decode(one.value))).toEqual([
      'five',
      'six',
      undefined,
    ]);
    expect(await second.checkpoint('ads')).toBe('6');
    await Promise.all([first.close(), second.close()]);
  });

  it('keep a commit of thousands of rows whole, whatever the batches leave undone', async () => {
    const proxy = await startFaultProxy(moto.url);
    const undone: Readonly<Record<string, Fault>> = {
      BatchWriteItem: partialBatchWrite((_, index) => index % 2 === 1),
      BatchGetItem: partialBatchGet((_, index) => index % 3 === 1),
    };
    proxy.fault = ({ operation, number }) => (number % 2 === 1 ? undone[operation] : undefined);
    const store = dynamoDbReadModels(dynamoDbAddress(proxy, 'large'));
    const rows = Array.from({ length: ROWS }, (_, i) => row(keyOf(i), 1, `value ${i}`));
    const large = { ...row('c0/large', 1, ''), value: noise(LARGE_BYTES) };
    const writer = await store.takeOver();
    const commit = { rows: [...rows, large], checkpoints: { ads: '1' } };
    expect(await store.commit(writer, commit)).toEqual({ ok: true, seen: 0 });
    expect(await textsOf(store)).toEqual(rows.map((_, i) => `value ${i}`));
    const [found] = await store.load('counters', ['c0/large']);
    expect(Buffer.compare(found?.value ?? new Uint8Array(), large.value)).toBe(0);
    for (const operation of Object.keys(undone))
      expect(proxy.calls.filter((call) => call.operation === operation).length).toBeGreaterThan(1);
    expect(proxy.befallen).toBeGreaterThan(1);
    await store.close();
    await proxy.close();
  }, 120_000);

  it('would be seen to lose rows if the keys that a batch left unread were not asked for again (planted)', async () => {
    const proxy = await startFaultProxy(moto.url);
    const store = dynamoDbReadModels(dynamoDbAddress(proxy, 'planted'));
    const rows = Array.from({ length: 150 }, (_, i) => row(keyOf(i), 1, `value ${i}`));
    await store.commit(await store.takeOver(), { rows, checkpoints: {} });
    // Half of the keys are read, and the answer says that nothing is left.
    const blind: Fault = {
      kind: 'rewrite',
      call: (body) => {
        const partial = partialBatchGet((_, index) => index % 2 === 1);
        const sent = partial.kind === 'rewrite' ? partial.call(body).sent : body;
        return { sent, answer: (answer) => answer };
      },
    };
    proxy.fault = ({ operation }) => (operation === 'BatchGetItem' ? blind : undefined);
    const stored = await store.load(
      'counters',
      rows.map(({ key }) => key),
    );
    expect(proxy.befallen).toBeGreaterThan(0);
    expect(stored.filter((one) => one !== undefined)).toHaveLength(75);
    await store.close();
    await proxy.close();
  });
});

function keyOf(i: number): string {
  return `c${i % 50}/${String(i).padStart(5, '0')}`;
}

async function textsOf(store: ReadModelStore): Promise<readonly (string | undefined)[]> {
  const keys = Array.from({ length: ROWS }, (_, i) => keyOf(i));
  const stored = await store.load('counters', keys);
  return stored.map((one) => one && new TextDecoder().decode(one.value));
}

/** Bytes that no compression makes fewer. */
function noise(bytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: bytes }, () => (state = Math.imul(state, 48_271) % 0x7fffffff) & 0xff);
}
