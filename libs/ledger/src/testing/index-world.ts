import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EventStore } from '@flightdeck/event-store';
import { DedupeIndex } from '../dedupe/dedupe-index.js';
import { linkFiles } from '../dedupe/link-index.js';
import { FilePool } from '../dedupe/file-pool.js';
import { DamagedGeneration, FRESH, OTHER, SAME } from '../dedupe/generation.js';
import type { IndexSizes } from '../dedupe/sizes.js';
import { Queued } from '../writer/queued.js';
import { QueuedEvent } from '../writer/queued-event.js';
import { prepare, type Sent } from './prepare.js';
import { removeMade, temporaryDirectory } from './temporary.js';

/** Opens a store in a directory with a clock of the spec's. */
export type OpenStore = (directory: string, options: { readonly clock: () => number }) => Promise<EventStore>;

export const HOUR_MS = 60 * 60_000;
export const HORIZON_MS = 24 * HOUR_MS;
const STREAM = 'ads-00';
export const SIZES: IndexSizes = { generationIdsMax: 64, runIdsMax: 10, filteredMax: 2, writesMax: 2 };

/** A ledger stream, the time, and an index over them that can crash. */
export class World {
  nowMs = 1_790_000_000_000;
  /** Every id of the stream: when it arrived and with which payload. */
  readonly stored = new Map<string, { readonly atMs: number; readonly payload: string }>();
  private directory = temporaryDirectory();
  private readonly files = new FilePool(2);
  private sent = 0;
  store!: EventStore;
  index!: DedupeIndex;

  static async create(openStore: OpenStore): Promise<World> {
    const world = new World();
    world.store = await openStore(temporaryDirectory(), { clock: () => world.nowMs });
    await world.open();
    return world;
  }

  async open(store = this.store, ledgerId = 'ledger-1'): Promise<void> {
    const clock = (): number => this.nowMs;
    const common = {
      directory: this.directory,
      horizonMs: HORIZON_MS,
      clock,
      files: this.files,
      sizes: SIZES,
    };
    this.index = await DedupeIndex.open({ store, stream: STREAM, ledgerId, ...common });
  }

  /** What a writer does with new ids, without a race. */
  async append(count: number): Promise<void> {
    await this.index.settle();
    const sent = this.next(count);
    this.index.reserve(count);
    if (this.stage(sent).some((found) => found !== FRESH)) throw new Error('A new id is already known.');
    await this.write(sent, this.index.head);
    this.index.commit(this.index.head + count);
  }

  /** Another process appends, and the index does not know. */
  async appendElsewhere(count: number, head = this.stored.size - 1): Promise<void> {
    await this.write(this.next(count), head);
  }

  /** Memory is lost; on disk is what was there at that moment. */
  async crash(): Promise<void> {
    const copy = temporaryDirectory();
    cpSync(this.directory, copy, { recursive: true });
    await this.index.close();
    this.directory = copy;
    await this.open();
  }

  async restart(): Promise<void> {
    await this.index.close();
    await this.open();
  }

  /** Another process begins from the files as they stand at this moment; its index is looked at from now on. */
  async beginElsewhere(store = this.store, ledgerId?: string): Promise<DedupeIndex> {
    const owner = this.index;
    await owner.settle();
    const made = temporaryDirectory();
    linkFiles(this.directory, made);
    this.directory = made;
    await this.open(store, ledgerId);
    return owner;
  }

  /** The directory of the index goes away while it is in use. */
  loseDirectory(): void {
    removeMade(this.directory);
  }

  indexFiles(kind = ''): readonly string[] {
    const names = readdirSync(this.directory).filter((name) => name.startsWith(kind));
    return names.map((name) => join(this.directory, name)).sort();
  }

  /** Ids that must be known, and are not, or not with their payload; and ids that must not be known, and are. */
  wrong(sinceMs = this.nowMs - HORIZON_MS): readonly string[] {
    const wrong: string[] = [];
    const check = (sent: Sent, expected: number): void => {
      this.index.reserve(1);
      if (this.stage([sent])[0] !== expected) wrong.push(sent.eventId);
      this.index.rollback();
    };
    for (const [eventId, { atMs, payload }] of this.stored) {
      if (atMs < sinceMs) continue;
      check({ eventId, payload }, SAME);
      check({ eventId, payload: 'another' }, OTHER);
    }
    for (let i = 0; i < 20; i++) check({ eventId: `unknown-${i}` }, FRESH);
    return wrong;
  }

  stage(sent: readonly Sent[]): readonly number[] {
    const queued = this.queued(sent);
    return sent.map((_, i) => this.index.stage(queued.ids, 4 * i, queued.hashes, 2 * i));
  }

  async close(): Promise<void> {
    await this.index.close();
    this.files.close();
    await this.store.close();
  }

  private next(count: number): readonly Sent[] {
    return Array.from({ length: count }, () => ({
      eventId: `e-${++this.sent}`,
      payload: `p-${this.sent % 3}`,
    }));
  }

  private async write(sent: readonly Sent[], head: number): Promise<void> {
    const queued = this.queued(sent);
    const events = sent.map((_, i) => new QueuedEvent(queued, i, 'X'));
    const result = await this.store.append(STREAM, events, head < 0 ? 'no-stream' : head);
    if (!result.ok) throw new Error('Another writer was faster.');
    for (const { eventId, payload = '' } of sent) this.stored.set(eventId, { atMs: this.nowMs, payload });
  }

  private queued(sent: readonly Sent[]): Queued {
    return new Queued(
      prepare(0, sent),
      Infinity,
      () => undefined,
      () => undefined,
    );
  }
}

/** As a writer does: what turns out to be damaged is rebuilt, and the search made again. */
export async function wrongAfterRepair(world: World, sinceMs?: number): Promise<readonly string[]> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      return world.wrong(sinceMs);
    } catch (fault) {
      if (!(fault instanceof DamagedGeneration)) throw fault;
      world.index.rollback();
      await world.index.distrust(fault);
    }
  }
  throw new Error('Rebuilt again and again.');
}

/** Harms one byte of a file. */
export function flipByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 0x40, at);
  writeFileSync(path, bytes);
}
