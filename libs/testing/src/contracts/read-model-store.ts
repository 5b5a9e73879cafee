import { describe, expect, it } from '@jest/globals';
import type { ReadModelStore, RowWrite } from '@flightdeck/read-models';

/** What a contract suite needs of an adapter: a fresh place that can be opened again after a close. */
export interface ReadModelStorePlace {
  open(): Promise<ReadModelStore>;
  remove(): Promise<void>;
}

/** Opens the place of a check; what was opened before is closed first. */
type Reopen = () => Promise<ReadModelStore>;

const TABLE = 'campaign-spend@1';

const CHECKS: Readonly<Record<string, (reopen: Reopen) => Promise<void>>> = {
  'answers nothing before the first commit': async (reopen) => {
    const store = await reopen();
    expect(await store.checkpoint('ads')).toBeUndefined();
    expect(await store.load(TABLE, ['a', 'b'])).toEqual([undefined, undefined]);
    expect(await store.range(TABLE, { from: '', to: '~', max: 10 })).toEqual([]);
  },

  'keeps rows, with their place in the ledger, and checkpoints': async (reopen) => {
    const store = await reopen();
    const writer = await store.takeOver();
    const commit = { rows: [row('a', 7), row('b', 3)], checkpoints: { ads: 'x' } };
    expect(await store.commit(writer, commit)).toEqual({ ok: true, seen: 0 });
    expect(await contents(store, ['a', 'c', 'b'])).toEqual(['a=7@2', undefined, 'b=3@2']);
    expect(await store.checkpoint('ads')).toBe('x');
    expect(await store.checkpoint('quarantine')).toBeUndefined();
  },

  'leaves alone a row that has seen as much or more, and writes the rest': async (reopen) => {
    const store = await reopen();
    const writer = await store.takeOver();
    await store.commit(writer, { rows: [row('a', 7), row('b', 3)], checkpoints: { ads: '1' } });
    const rows = [row('a', 7, 'same'), row('b', 2, 'older'), row('c', 1)];
    expect(await store.commit(writer, { rows, checkpoints: { ads: '2' } })).toEqual({ ok: true, seen: 2 });
    expect(await contents(store, ['a', 'b', 'c'])).toEqual(['a=7@2', 'b=3@2', 'c=1@2']);
    await store.commit(writer, { rows: [row('b', 4)], checkpoints: { ads: '3' } });
    expect(await contents(store, ['b'])).toEqual(['b=4@2']);
    expect(await store.checkpoint('ads')).toBe('3');
  },

  'removes rows': async (reopen) => {
    const store = await reopen();
    const writer = await store.takeOver();
    await store.commit(writer, { rows: [row('a', 1), row('b', 1)], checkpoints: {} });
    await store.commit(writer, { rows: [{ ...row('a', 2), value: null }], checkpoints: {} });
    expect(await contents(store, ['a', 'b'])).toEqual([undefined, 'b=1@2']);
  },

  'ranges in key order, both ways, within bounds and the maximum': async (reopen) => {
    const store = await reopen();
    const rows = ['a/1', 'a/2', 'a/3', 'b/1', 'aa'].map((key) => row(key, 1));
    await store.commit(await store.takeOver(), { rows, checkpoints: {} });
    const keys = async (query: { from: string; to: string; max: number; reverse?: boolean }) =>
      (await store.range(TABLE, query)).map(({ key }) => key);
    expect(await keys({ from: 'a/1', to: 'a/3', max: 10 })).toEqual(['a/1', 'a/2']);
    expect(await keys({ from: 'a/', to: 'a0', max: 2 })).toEqual(['a/1', 'a/2']);
    expect(await keys({ from: 'a/', to: 'a0', max: 2, reverse: true })).toEqual(['a/3', 'a/2']);
    expect(await keys({ from: 'a/1', to: 'a/3', max: 9, reverse: true })).toEqual(['a/2', 'a/1']);
    expect(await keys({ from: '', to: '~', max: 9 })).toEqual(['a/1', 'a/2', 'a/3', 'aa', 'b/1']);
  },

  'ranges by the bytes of UTF-8, not by the units of UTF-16': async (reopen) => {
    const store = await reopen();
    const keys = ['a', 'z', 'é', '日本', '\uff5e', '😀'];
    await store.commit(await store.takeOver(), { rows: keys.map((key) => row(key, 1)), checkpoints: {} });
    const all = { from: '', to: '\u{10ffff}', max: 10 };
    expect((await store.range(TABLE, all)).map(({ key }) => key)).toEqual(keys);
    const reverse = await store.range(TABLE, { ...all, from: 'é', to: '😀', reverse: true });
    expect(reverse.map(({ key }) => key)).toEqual(['\uff5e', '日本', 'é']);
  },

  'ranges over many removed rows, and reads a key asked for twice': async (reopen) => {
    const store = await reopen();
    const writer = await store.takeOver();
    const rows = Array.from({ length: 300 }, (_, i) => row(`a/${String(i).padStart(5, '0')}`, 1));
    await store.commit(writer, { rows, checkpoints: {} });
    const gone = rows.slice(1, -1).map((each) => ({ ...each, revision: 2, value: null }));
    await store.commit(writer, { rows: gone, checkpoints: {} });
    const found = await store.range(TABLE, { from: 'a/', to: 'a0', max: 2 });
    expect(found.map(({ key }) => key)).toEqual(['a/00000', 'a/00299']);
    expect(await contents(store, ['a/00299', 'a/00001', 'a/00299'])).toEqual([
      'a/00299=1@2',
      undefined,
      'a/00299=1@2',
    ]);
  },

  'keeps the last of several writes to one row': async (reopen) => {
    const store = await reopen();
    const rows = [row('a', 1), row('b', 1), { ...row('a', 1.5), value: null }, row('b', 2)];
    await store.commit(await store.takeOver(), { rows, checkpoints: {} });
    expect(await contents(store, ['a', 'b'])).toEqual([undefined, 'b=2@2']);
  },

  'keeps large values, replaces and removes them': async (reopen) => {
    const store = await reopen();
    const writer = await store.takeOver();
    const sizes = async (): Promise<number[]> =>
      (await store.range(TABLE, { from: '', to: '~', max: 10 })).map(({ value }) => value.byteLength);
    const write = async (revision: number, value: Uint8Array | null): Promise<void> => {
      await store.commit(writer, {
        rows: [row('a', 1), { ...row('big', revision), value }],
        checkpoints: {},
      });
    };
    await write(1, noise(1_500_000, 1));
    expect(await sizes()).toEqual([3, 1_500_000]);
    await write(2, noise(900_000, 2));
    const [found] = await store.load(TABLE, ['big']);
    expect(Buffer.compare(found?.value ?? new Uint8Array(), noise(900_000, 2))).toBe(0);
    await write(3, null);
    expect(await sizes()).toEqual([3]);
    await write(4, noise(10, 4));
    expect(await sizes()).toEqual([3, 10]);
  },

  'keeps tables apart': async (reopen) => {
    const store = await reopen();
    const rows = [row('a', 9), { ...row('a', 1), table: 'other@1' }];
    await store.commit(await store.takeOver(), { rows, checkpoints: {} });
    expect((await store.load('other@1', ['a']))[0]?.revision).toBe(1);
    expect((await store.load(TABLE, ['a']))[0]?.revision).toBe(9);
  },

  'has everything again after it is opened anew': async (reopen) => {
    const first = await reopen();
    await first.commit(await first.takeOver(), { rows: [row('a', 7)], checkpoints: { ads: 'x' } });
    const second = await reopen();
    expect(await contents(second, ['a'])).toEqual(['a=7@2']);
    expect(await second.checkpoint('ads')).toBe('x');
  },

  'refuses a zombie: who wrote before the last to take over writes nothing more': async (reopen) => {
    const store = await reopen();
    const zombie = await store.takeOver();
    const owner = await store.takeOver();
    const late = { rows: [row('a', 9), row('b', 1)], checkpoints: { ads: 'stale' } };
    expect(await store.commit(zombie, late)).toEqual({ ok: false, reason: 'fenced' });
    expect(await contents(store, ['a', 'b'])).toEqual([undefined, undefined]);
    expect(await store.checkpoint('ads')).toBeUndefined();
    expect(await store.commit(owner, late)).toEqual({ ok: true, seen: 0 });
  },

  'takes a commit of many rows': async (reopen) => {
    const store = await reopen();
    const rows = Array.from({ length: 5_000 }, (_, i) => row(`row-${String(i).padStart(5, '0')}`, i));
    await store.commit(await store.takeOver(), { rows, checkpoints: { ads: 'x' } });
    expect(await store.range(TABLE, { from: '', to: '~', max: 10_000 })).toHaveLength(5_000);
  },
};

/** Stores that a check must catch. */
const PLANTED_BUGS: Readonly<Record<string, (store: ReadModelStore) => Partial<ReadModelStore>>> = {
  'writes rows that have seen more': (store) => ({
    commit: (writer, { rows, checkpoints }) => {
      const forced = rows.map((each, i) => ({ ...each, revision: each.revision + 1_000 * ++forcings + i }));
      return store.commit(writer, { rows: forced, checkpoints });
    },
  }),
  'lets a zombie write': (store) => ({
    commit: async (_, commit) => store.commit(await store.takeOver(), commit),
  }),
  'forgets the checkpoint': (store) => ({
    commit: (writer, { rows }) => store.commit(writer, { rows, checkpoints: {} }),
  }),
  'includes the end of a range': (store) => ({
    range: (table, query) => store.range(table, { ...query, to: `${query.to}!` }),
  }),
};
let forcings = 0;

/** The contract that every {@link ReadModelStore} adapter passes, and proof that it would notice one that does not. */
export function readModelStoreContract(name: string, place: () => Promise<ReadModelStorePlace>): void {
  describe(`ReadModelStore contract: ${name}`, () => {
    it.each(Object.entries(CHECKS))('%s', async (_, check) => run(place, check));

    it.each(Object.entries(PLANTED_BUGS))('catches a store that %s', async (_, plant) => {
      for (const check of Object.values(CHECKS)) {
        const caught = await run(place, check, plant).then(
          () => false,
          () => true,
        );
        if (caught) return;
      }
      throw new Error('No check noticed it.');
    });
  });
}

async function run(
  place: () => Promise<ReadModelStorePlace>,
  check: (reopen: Reopen) => Promise<void>,
  plant: (store: ReadModelStore) => Partial<ReadModelStore> = () => ({}),
): Promise<void> {
  const at = await place();
  let opened: ReadModelStore | undefined;
  try {
    await check(async () => {
      await opened?.close();
      opened = await at.open();
      return broken(opened, plant(opened));
    });
  } finally {
    await opened?.close();
    await at.remove();
  }
}

function broken(store: ReadModelStore, bug: Partial<ReadModelStore>): ReadModelStore {
  return {
    takeOver: () => store.takeOver(),
    commit: (writer, commit) => store.commit(writer, commit),
    checkpoint: (source) => store.checkpoint(source),
    load: (table, keys) => store.load(table, keys),
    range: (table, query) => store.range(table, query),
    close: () => store.close(),
    ...bug,
  };
}

function row(key: string, revision: number, text = `${key}=${revision}`): RowWrite {
  return { table: TABLE, key, partition: 2, revision, value: new TextEncoder().encode(text) };
}

/** Bytes that no compression makes smaller. */
function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

async function contents(
  store: ReadModelStore,
  keys: readonly string[],
): Promise<readonly (string | undefined)[]> {
  const rows = await store.load(TABLE, keys);
  return rows.map((found) =>
    found === undefined ? undefined : `${new TextDecoder().decode(found.value)}@${found.partition}`,
  );
}
