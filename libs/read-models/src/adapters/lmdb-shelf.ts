import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  allOf,
  freeNames,
  GENERATION_NAMES,
  UNNAMED,
  serving,
  type Generation,
  type Generations,
  type GenerationShelf,
} from '../generation-shelf.js';
import type { ReadModelStore } from '../read-model-store.js';
import { lmdbReadModels } from './lmdb.js';

const FILE = 'generations.json';
const LMDB_FILE = 'data.mdb';

/** Generations in directories beside each other, in a directory that is made when missing. */
export function lmdbShelf(root: string): LmdbShelf {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return new LmdbShelf(root);
}

/** Which there are is in a file that is replaced as a whole: a crash leaves the old answer or the new one. */
export class LmdbShelf implements GenerationShelf {
  constructor(readonly root: string) {}

  async takeOver(): Promise<void> {
    const known = await this.read();
    if (known === undefined) return;
    for (const name of readdirSync(this.root)) await this.discard({ name });
  }

  async read(): Promise<Generations | undefined> {
    const path = join(this.root, FILE);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Generations;
    return existsSync(join(this.root, LMDB_FILE)) ? { current: UNNAMED, kept: [] } : undefined;
  }

  async fresh(version: number, since: string): Promise<Generation> {
    const [name] = freeNames(await this.read());
    const generation = { name, version, since };
    await this.discard(generation);
    mkdirSync(this.directoryOf(generation), { mode: 0o700 });
    return generation;
  }

  directoryOf({ name }: Pick<Generation, 'name'>): string {
    return join(this.root, name);
  }

  open(generation: Pick<Generation, 'name'>): ReadModelStore {
    return lmdbReadModels(this.directoryOf(generation));
  }

  async serve(current: Generation): Promise<void> {
    const { generations, dropped } = serving(await this.read(), current);
    const path = join(this.root, FILE);
    writeFileSync(`${path}.new`, JSON.stringify(generations), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    for (const one of dropped) await this.discard(one);
  }

  async discard({ name }: Pick<Generation, 'name'>): Promise<void> {
    const isHeld = allOf(await this.read()).some((one) => one.name === name);
    if (isHeld || !GENERATION_NAMES.includes(name)) return;
    rmSync(join(this.root, name), { recursive: true, force: true });
  }

  async close(): Promise<void> {
    // holds nothing open
  }
}
