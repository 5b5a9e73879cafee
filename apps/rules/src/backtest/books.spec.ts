import { command as commands, type CommandBook, type RuleFirings } from '@flightdeck/domain';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Books } from './books.js';
import type { KeptRow } from './kept.js';

const SEED = 20261126;
const RUNS = 500;
const CAMPAIGNS = 12;
const IN_MEMORY_MAX = 4;

/** Rows as a store keeps them: what is put is there from the next commit on, and is JSON. */
class Rows {
  private readonly committed = new Map<string, string>();
  private readonly waiting = new Map<string, string>();

  put(key: string, value: unknown): void {
    this.waiting.set(key, JSON.stringify(value));
  }

  commit(): void {
    for (const [key, value] of this.waiting) this.committed.set(key, value);
    this.waiting.clear();
  }

  async get<T>(keys: readonly string[]): Promise<readonly (T | undefined)[]> {
    return keys.map((key) => {
      const row = this.committed.get(key);
      return row === undefined ? undefined : (JSON.parse(row) as T);
    });
  }

  async *under(prefix: string): AsyncGenerator<readonly KeptRow<never>[]> {
    const rows = [...this.committed].filter(([key]) => key.startsWith(prefix));
    yield rows.map(([key, value]) => ({ key: key.slice(prefix.length), value: JSON.parse(value) as never }));
  }
}

type Step =
  { readonly does: 'change' | 'read'; readonly campaign: number } | { readonly does: 'commit' | 'cut' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ does: fc.constant('change' as const), campaign: fc.nat(CAMPAIGNS - 1) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('read' as const), campaign: fc.nat(CAMPAIGNS - 1) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('commit' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('cut' as const) }) },
);

const bookOf = (sequence: number): CommandBook => ({
  ...commands.initial,
  sequence,
  firings: new Map([[`rule-${sequence}`, {} as RuleFirings]]),
});

/** Changes, reads, commits and cuts beside a map that forgets nothing: what differs, or how much was in memory after a commit. */
async function life(steps: readonly Step[], open: (rows: Rows) => Books): Promise<string[]> {
  const rows = new Rows();
  const wrong: string[] = [];
  let books = open(rows);
  let now = new Map<string, number>();
  let committed = new Map<string, number>();
  for (const { does, ...on } of steps) {
    const id = `c${'campaign' in on ? on.campaign : 0}`;
    if (does === 'change') {
      await books.fetch([id]);
      now.set(id, (now.get(id) ?? 0) + 1);
      books.change(id, { commands: bookOf(now.get(id) ?? 0) });
    } else if (does === 'read') {
      await books.fetch([id]);
      const { sequence, firings } = books.get(id).commands;
      const expected = now.get(id) ?? 0;
      if (sequence !== expected || firings.size !== Math.min(expected, 1))
        wrong.push(`${id}: ${sequence}, not ${expected}`);
    } else if (does === 'commit') {
      books.put();
      rows.commit();
      books.trim(IN_MEMORY_MAX);
      committed = new Map(now);
      if (books.size > IN_MEMORY_MAX) wrong.push(`${books.size} in memory`);
    } else {
      books = open(rows);
      await books.load();
      now = new Map(committed);
    }
  }
  return wrong;
}

const lives = fc.array(step, { minLength: 20, maxLength: 80 });
const faultsOf = (open: (rows: Rows) => Books): Promise<void> =>
  fc.assert(
    fc.asyncProperty(lives, async (steps) => expect(await life(steps, open)).toEqual([])),
    { seed: SEED, numRuns: RUNS },
  );

/** Planted: lets go of nothing. */
class KeepsAll extends Books {
  override trim(): void {
    return;
  }
}

/** Planted: what has been fetched and changed is not put aside again. */
class PutsOnce extends Books {
  private readonly written = new Set<string>();
  override change(...[id, changed]: Parameters<Books['change']>): void {
    if (this.written.has(id)) return;
    this.written.add(id);
    super.change(id, changed);
  }
}

describe('the books of a backtest', () => {
  it('are at most so many in memory after each commit, and tell of every campaign what was last written', async () => {
    await faultsOf((rows) => new Books('book/0/', rows));
  });

  it('are told apart from books that let go of nothing, or lose a change', async () => {
    await expect(faultsOf((rows) => new KeepsAll('book/0/', rows))).rejects.toThrow('Property failed');
    await expect(faultsOf((rows) => new PutsOnce('book/0/', rows))).rejects.toThrow('Property failed');
  });

  it('say so when they are asked for what they have not fetched, or was never kept', async () => {
    const rows = new Rows();
    const books = new Books('book/0/', rows);
    for (let campaign = 0; campaign <= IN_MEMORY_MAX; campaign += 1) books.change(`c${campaign}`, {});
    books.put();
    books.trim(IN_MEMORY_MAX);
    expect(() => books.get('c0')).toThrow('not fetched');
    await expect(books.fetch(['c0'])).rejects.toThrow('nowhere'); // it was put aside and never committed
  });
});
