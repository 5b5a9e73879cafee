import { uuidText } from '@flightdeck/contracts';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePool } from './file-pool.js';
import { Generation } from './generation.js';
import { SLOT_BYTES } from './id-table.js';
import { readableIndexFile, writeIndexFile, type IndexFile, type IndexFileHeader } from './index-file.js';
import type { LedgerReader } from './ledger-reader.js';
import type { Run } from './open-part.js';

/** A file of the index: what it is, and the revisions that it covers. */
export const NAME = /^([gr])-(\d+)-(\d+)\.idx$/;

/** Also a draft that a crash left behind. */
const OWN_NAME = /\.idx(\.tmp)?$/;

/** Files whose last events are asked for at one time: a ledger behind a network takes a round trip for each. */
const CHECKED_AT_ONCE = 16;

/** Tails of one stream that stand at a time. */
const TAILS_MAX = 2;

interface Found extends IndexFile {
  readonly path: string;
}

/** What could be trusted of a directory. Generations are disjoint and in order; runs follow each other without a gap. */
export interface Loaded {
  readonly generations: readonly Generation[];
  readonly runs: readonly Run[];
  /** Files that were missing in their chain, damaged or foreign, and are deleted: the ledger is read instead. */
  readonly distrusted: number;
}

/** The index files of one stream. */
export class IndexDirectory {
  /** Runs that {@link writeTail} wrote and did not delete yet. */
  private readonly tails: string[] = [];

  constructor(
    private readonly directory: string,
    private readonly ledgerId: string,
    private readonly reader: LedgerReader,
    private readonly files: FilePool,
  ) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** Reads what is there and deletes what cannot be trusted. @param filteredMax newest generations that get their filter in memory. */
  async load(filteredMax: number): Promise<Loaded> {
    const found: Found[] = [];
    let distrusted = 0;
    const names = readdirSync(this.directory).filter((name) => OWN_NAME.test(name));
    for (let from = 0; from < names.length; from += CHECKED_AT_ONCE) {
      const some = names.slice(from, from + CHECKED_AT_ONCE);
      const files = await Promise.all(some.map((name) => this.trusted(name)));
      for (const [i, file] of files.entries()) {
        const name = some[i] ?? '';
        if (file !== undefined) found.push(file);
        else {
          rmSync(join(this.directory, name));
          if (!name.endsWith('.tmp')) distrusted++;
        }
      }
    }
    found.sort((a, b) => a.header.from - b.header.from || b.header.to - a.header.to);
    const sealed = disjoint(found.filter((file) => file.header.kind === 'generation'));
    const last = sealed.at(-1)?.header.to ?? -1;
    const runs = chained(found.filter((file) => file.header.kind === 'run' && file.header.to > last));
    const kept = new Set([...sealed, ...runs]);
    const covered = runs.at(-1)?.header.to ?? last;
    for (const file of found) {
      if (kept.has(file)) continue;
      rmSync(file.path);
      if (file.header.to > covered) distrusted++; // a run that another file covers was only not yet deleted
    }
    const filteredFrom = sealed.length - filteredMax;
    return {
      generations: sealed.map((file, i) => Generation.ofFile(file.path, file, i >= filteredFrom, this.files)),
      runs: runs.map(({ header, meta }) => ({
        from: header.from,
        to: header.to,
        words: new Uint32Array(meta.buffer),
      })),
      distrusted,
    };
  }

  /** Writes a run, durable when it resolves. */
  async writeRun(run: Run): Promise<void> {
    const meta = Buffer.from(run.words.buffer, run.words.byteOffset, run.words.byteLength);
    const header = {
      ...this.header('run', run.from, run.to),
      lastId: uuidText(meta, meta.length - SLOT_BYTES),
      ids: meta.length / SLOT_BYTES,
      metaBytes: meta.length,
    };
    await writeIndexFile(this.path('r', run.from, run.to), header, meta, new Uint8Array(0));
  }

  /**
   * Writes a run that a longer one will supersede. The one before it stays until the next, for who has just listed the directory.
   */
  async writeTail(run: Run): Promise<void> {
    await this.writeRun(run);
    this.tails.push(this.path('r', run.from, run.to));
    for (const path of this.tails.splice(0, this.tails.length - TAILS_MAX)) await rm(path, { force: true });
  }

  /** Seals a generation into its file; runs that it covers are deleted afterwards. */
  async seal(generation: Generation, ids: number, filtered: boolean): Promise<void> {
    const { from, to } = generation;
    const [first, last] = [await this.reader.eventAt(from), await this.reader.eventAt(to)];
    if (first === undefined || last === undefined) {
      throw new Error(`${this.reader.stream} has lost revisions ${from} to ${to}.`);
    }
    const arrived = { lastId: last.id, firstAtMs: first.recordedAtMs, lastAtMs: last.recordedAtMs };
    await generation.seal(
      { path: this.path('g', from, to), header: { ...this.header('generation', from, to), ...arrived, ids } },
      filtered,
    );
    for (const name of readdirSync(this.directory)) {
      const [, kind, runFrom, runTo] = NAME.exec(name) ?? [];
      if (kind === 'r' && Number(runFrom) >= from && Number(runTo) <= to)
        await rm(join(this.directory, name));
    }
  }

  /** Deletes a generation's file. */
  delete(generation: Generation): void {
    const path = this.path('g', generation.from, generation.to);
    this.files.release(path);
    rmSync(path, { force: true });
  }

  /** Trusted is a whole file of this ledger and stream whose last event stands in the ledger where the file says. */
  private async trusted(name: string): Promise<Found | undefined> {
    const [, kind, from, to] = NAME.exec(name) ?? [];
    if (kind === undefined) return undefined;
    const path = join(this.directory, name);
    const file = readableIndexFile(path);
    if (file === undefined) return undefined;
    const { header } = file;
    const named = header.from === Number(from) && header.to === Number(to) && header.kind.startsWith(kind);
    if (!named || header.ledgerId !== this.ledgerId || header.stream !== this.reader.stream) return undefined;
    const last = await this.reader.eventAt(header.to);
    return last?.id === header.lastId ? { ...file, path } : undefined;
  }

  private header(kind: IndexFileHeader['kind'], from: number, to: number): IndexFileHeader {
    const { ledgerId, reader } = this;
    const empty = { lastId: '', ids: 0, slots: 0, firstAtMs: 0, lastAtMs: 0, metaBytes: 0, dataBytes: 0 };
    return { kind, ledgerId, stream: reader.stream, from, to, ...empty };
  }

  private path(kind: 'g' | 'r', from: number, to: number): string {
    return join(this.directory, `${kind}-${from}-${to}.idx`);
  }
}

function disjoint(sorted: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  for (const file of sorted) if (file.header.from > (kept.at(-1)?.header.to ?? -1)) kept.push(file);
  return kept;
}

/** Runs up to the first gap, without those that a longer one supersedes. Beyond it the ledger is read again, at most one generation of it. */
function chained(sorted: readonly Found[]): readonly Found[] {
  const kept: Found[] = [];
  for (const file of sorted) {
    const last = kept.at(-1);
    if (last === undefined || file.header.from === last.header.to + 1) kept.push(file);
    else if (file.header.to > last.header.to) break;
  }
  return kept;
}
