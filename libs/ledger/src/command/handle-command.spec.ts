import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { accept, reject, type Decider } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { faultyStore, storedIds, type Fault } from '../testing/faulty-store.js';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { ATTEMPTS_MAX, handleCommand, type CommandOptions } from './handle-command.js';

type Counted = { readonly type: 'Counted'; readonly data: { readonly by: number } };
interface Count {
  readonly by: number;
  readonly times?: number;
}
type Rejection = { readonly code: 'TooMuch' };

/** Counts up to 10,000; counting by nothing is already so. */
const counter: Decider<Count, Counted, number, Rejection> = {
  initial: 0,
  evolve: (state, event) => state + event.data.by,
  decide: ({ by, times = 1 }, state) => {
    if (state + by * times > 10_000) return reject({ code: 'TooMuch' });
    if (by === 0) return accept();
    return accept(...Array.from({ length: times }, (): Counted => ({ type: 'Counted', data: { by } })));
  },
};

let store: EventStore;
let ids = 0;
const newId = (): string => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`;
const handle = (command: Count, options?: CommandOptions, over: EventStore = store) =>
  handleCommand({ store: over, decider: counter, newId }, 'counter-1', command, options);

beforeEach(async () => {
  store = await lmdbEventStore(temporaryDirectory());
});
afterEach(async () => {
  await store.close();
  removeTemporary();
});

describe('handling a command', () => {
  it('appends what was decided and says where the stream is', async () => {
    expect(await handle({ by: 3, times: 2 })).toMatchObject({ ok: true, revision: 1, state: 6 });
    expect(await handle({ by: 1 })).toEqual({
      ok: true,
      revision: 2,
      state: 7,
      events: [{ type: 'Counted', data: { by: 1 } }],
    });
  });

  it('writes nothing for what is already so, or refused', async () => {
    expect(await handle({ by: 0 })).toEqual({ ok: true, revision: 'no-stream', state: 0, events: [] });
    expect(await handle({ by: 20_000 })).toEqual({ ok: false, rejection: { code: 'TooMuch' } });
    expect(await storedIds(store, 'counter-1')).toEqual([]);
  });

  it('folds a stream of any length', async () => {
    await handle({ by: 1, times: 2_000 });
    await handle({ by: 1, times: 501 });
    expect(await handle({ by: 1 })).toMatchObject({ ok: true, revision: 2_501, state: 2_502 });
  });

  it('refuses a command that was meant for another revision', async () => {
    expect(await handle({ by: 1 }, { expected: 0 })).toEqual({
      ok: false,
      rejection: { code: 'RevisionMismatch', actual: 'no-stream' },
    });
    await handle({ by: 1 }, { expected: 'no-stream' });
    expect(await handle({ by: 1 }, { expected: 0 })).toMatchObject({ ok: true, revision: 1 });
    expect(await handle({ by: 1 }, { expected: 0 })).toEqual({
      ok: false,
      rejection: { code: 'RevisionMismatch', actual: 1 },
    });
  });

  it('keeps who asked in the metadata', async () => {
    await handle({ by: 1 }, { metadata: { actor: 'ann', correlationId: 'r1' } });
    for await (const event of store.read('counter-1', 'start', { direction: 'forwards', max: 1 })) {
      expect(JSON.parse(Buffer.from(event.metadata).toString())).toEqual({
        actor: 'ann',
        correlationId: 'r1',
      });
    }
  });
});

describe('a command with an idempotency key', () => {
  it('is handled once, whatever has happened since, also under a lost revision', async () => {
    const options = { idempotencyKey: 'k1', expected: 'no-stream' } as const;
    const first = await handle({ by: 2, times: 2 }, options);
    await handle({ by: 1 });
    expect(await handle({ by: 2, times: 2 }, options)).toEqual({ ...first, revision: 2, state: 5 });
    expect(await handle({ by: 2, times: 2 }, { idempotencyKey: 'k2' })).toMatchObject({ state: 9 });
  });
});

describe('racing commands', () => {
  it('all happen, each on what was true', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => handle({ by: 1 })));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(await handle({ by: 0 })).toMatchObject({ state: 6, revision: 5 });
  });

  it('end as Busy when every attempt loses', async () => {
    let appends = 0;
    const losing: EventStore = {
      ...faultyStore(store, 'counter-1', []),
      append: async () => {
        appends++;
        return { ok: false, actual: 7 };
      },
    };
    expect(await handle({ by: 1 }, {}, losing)).toEqual({ ok: false, rejection: { code: 'Busy' } });
    expect(appends).toBe(ATTEMPTS_MAX);
  });
});

describe('an append of unknown outcome', () => {
  const faults: readonly (readonly Fault[])[] = [
    ['throws-after'],
    ['throws-before'],
    ['throws-before', 'throws-after'],
  ];
  it.each(faults.map((planned) => [planned]))('is sent again and counts once: %j', async (planned) => {
    const faulty = faultyStore(store, 'counter-1', [...planned]);
    expect(await handle({ by: 5 }, {}, faulty)).toMatchObject({ ok: true, state: 5, revision: 0 });
    expect(await handle({ by: 0 })).toMatchObject({ state: 5 });
  });

  it('is a fault when it stays unknown', async () => {
    const faulty = faultyStore(store, 'counter-1', new Array<Fault>(20).fill('throws-before'));
    await expect(handle({ by: 5 }, {}, faulty)).rejects.toThrow('planted');
  });
});
