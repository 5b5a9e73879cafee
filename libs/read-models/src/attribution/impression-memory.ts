import type { ReadModelStore, RowWrite } from '../read-model-store.js';
import { bytesOf, numbersOf, sortable } from './float-rows.js';
import type { Link } from '../ad-fact/link.js';
import { LinkTable } from './link-table.js';

/** Entries of one partition before a new generation begins. Two generations are kept, so between one and two times as many. */
export const GENERATION_ENTRIES = 2 ** 16;
const LOAD_PAGE = 1_000;
const OPS = 4;
const IMPRESSION = 0;
const CLICK = 1;
const VIEW = 2;
/** Places of the filter in front of the touches that wait, since nearly every impression has none. */
const FILTER_PLACES = 2 ** 16;
/** A removal comes after what it removes. */
const REMOVAL = 0.5;

interface Touches {
  readonly clicks: number;
  readonly views: number;
}
const NO_TOUCHES: Touches = { clicks: 0, views: 0 };

interface Generation {
  readonly number: number;
  readonly impressions: LinkTable;
  /** Touches whose impression has not come yet, and a mark at the place of each. */
  readonly waiting: Map<Link, Touches>;
  readonly filter: Uint8Array;
  readonly logged: RowWrite[];
  entries: number;
  /** What no log row holds yet, and the revision of its last entry. */
  unwritten: number[];
  revision: number;
}

interface Memory {
  current: Generation;
  previous: Generation | undefined;
}

/**
 * Remembers the latest impressions of each partition, so that a click or view finds its impression whichever came first. An
 * impression costs eight bytes of a log, whose rows go with their generation. Generations change after a number of entries,
 * so that the same history gives the same answers however it is cut into batches.
 */
export class ImpressionMemory {
  /** By partition. */
  private readonly memories: (Memory | undefined)[] = [];
  private writes: RowWrite[] = [];

  constructor(
    private readonly table: string,
    private readonly generationEntries = GENERATION_ENTRIES,
  ) {}

  /** Remembers an impression and answers the touches that were waiting for it. */
  impression(partition: number, link: Link, revision: number): Touches {
    return this.append(partition, IMPRESSION, link, revision);
  }

  /** Whether the impression of a touch is known; if not, the touch waits for it. */
  touch(partition: number, type: 'click' | 'view', link: Link, revision: number): boolean {
    const { current, previous } = this.memory(partition);
    if (current.impressions.has(link) || previous?.impressions.has(link) === true) return true;
    this.append(partition, type === 'click' ? CLICK : VIEW, link, revision);
    return false;
  }

  /** The rows that make everything remembered so far durable, and the removal of those that went. */
  takeWrites(): RowWrite[] {
    this.memories.forEach((memory, partition) => {
      if (memory !== undefined) this.log(partition, memory.current);
    });
    return this.writes.splice(0);
  }

  /** Reads back what {@link takeWrites} made durable. */
  async load(store: ReadModelStore): Promise<void> {
    this.memories.length = 0;
    for (let from = ''; ;) {
      const rows = await store.range(this.table, { from, to: '~', max: LOAD_PAGE });
      for (const { key, partition, revision, value } of rows) {
        const memory = this.memory(partition, Number(key.split('/')[1]));
        memory.current.logged.push({
          table: this.table,
          key,
          partition,
          revision: revision + REMOVAL,
          value: null,
        });
        for (const entry of numbersOf(value)) remember(memory, entry % OPS, Math.floor(entry / OPS));
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < LOAD_PAGE) break;
      from = `${last.key}0`;
    }
    this.writes = [];
  }

  private append(partition: number, op: number, link: Link, revision: number): Touches {
    let memory = this.memory(partition);
    if (memory.current.entries >= this.generationEntries)
      memory = this.memory(partition, memory.current.number + 1);
    memory.current.unwritten.push(link * OPS + op);
    memory.current.revision = revision;
    return remember(memory, op, link);
  }

  /** A partition's memory, with at least this generation begun. */
  private memory(partition: number, number = 0): Memory {
    let memory = this.memories[partition];
    if (memory === undefined) {
      memory = { current: generation(number), previous: undefined };
      this.memories[partition] = memory;
    }
    if (memory.current.number < number) {
      this.log(partition, memory.current);
      this.writes.push(...(memory.previous?.logged ?? []));
      memory.previous = memory.current;
      memory.current = generation(number);
    }
    return memory;
  }

  private log(partition: number, of: Generation): void {
    if (of.unwritten.length === 0) return;
    const key = `${sortable(partition)}/${sortable(of.number)}/${sortable(of.revision)}`;
    const row = { table: this.table, key, partition };
    this.writes.push({ ...row, revision: of.revision, value: bytesOf(of.unwritten) });
    of.logged.push({ ...row, revision: of.revision + REMOVAL, value: null });
    of.unwritten = [];
  }
}

function generation(number: number): Generation {
  return {
    number,
    impressions: new LinkTable(),
    waiting: new Map(),
    filter: new Uint8Array(FILTER_PLACES),
    logged: [],
    entries: 0,
    unwritten: [],
    revision: -1,
  };
}

function remember({ current, previous }: Memory, op: number, link: Link): Touches {
  current.entries += 1;
  if (op === IMPRESSION) {
    current.impressions.set(link, 0);
    const now = take(current, link);
    const before = previous === undefined ? NO_TOUCHES : take(previous, link);
    return before === NO_TOUCHES
      ? now
      : { clicks: now.clicks + before.clicks, views: now.views + before.views };
  }
  const { clicks, views } = current.waiting.get(link) ?? NO_TOUCHES;
  current.filter[link & (FILTER_PLACES - 1)] = 1;
  current.waiting.set(link, op === CLICK ? { clicks: clicks + 1, views } : { clicks, views: views + 1 });
  return NO_TOUCHES;
}

function take({ waiting, filter }: Generation, link: Link): Touches {
  if (filter[link & (FILTER_PLACES - 1)] === 0) return NO_TOUCHES;
  const found = waiting.get(link);
  if (found === undefined) return NO_TOUCHES;
  waiting.delete(link);
  return found;
}
