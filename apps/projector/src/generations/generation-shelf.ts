import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Read models that were built once, in a directory of their own. */
export interface Generation {
  /** Name of its directory. */
  readonly name: string;
  /** Of the folds that made it. */
  readonly version: number;
  /** RFC 3339 UTC. */
  readonly since: string;
}

/** The generation that is served, and those that are kept to go back to, the latest first. */
export interface Generations {
  readonly current: Generation;
  readonly kept: readonly Generation[];
}

/** Generations that are kept beside the served one. */
export const KEPT_MAX = 2;
const FILE = 'generations.json';
/** What stood directly in the directory before there were generations. */
const UNNAMED: Generation = { name: '.', version: 1, since: '1970-01-01T00:00:00.000Z' };
const LMDB_FILE = 'data.mdb';

/** Which generations there are, in a file that is replaced as a whole: a crash leaves the old answer or the new one. */
export class GenerationShelf {
  constructor(readonly root: string) {
    mkdirSync(root, { recursive: true, mode: 0o700 });
  }

  /** Undefined while nothing has been folded. */
  read(): Generations | undefined {
    const path = join(this.root, FILE);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as Generations;
    return existsSync(join(this.root, LMDB_FILE)) ? { current: UNNAMED, kept: [] } : undefined;
  }

  /** A generation that does not exist yet; its directory is empty. */
  fresh(version: number, since: string): Generation {
    const known = this.read();
    const names = known === undefined ? [] : [known.current, ...known.kept].map(({ name }) => name);
    let number = 1;
    while (names.includes(`g${number}`)) number += 1;
    const generation = { name: `g${number}`, version, since };
    this.discard(generation);
    mkdirSync(this.directoryOf(generation), { mode: 0o700 });
    return generation;
  }

  directoryOf({ name }: Pick<Generation, 'name'>): string {
    return join(this.root, name);
  }

  /** Serves `current` from now on; what was served is kept, and what is over {@link KEPT_MAX} is dropped. */
  serve(current: Generation): Generations {
    const before = this.read();
    const others = before === undefined ? [] : [before.current, ...before.kept];
    const kept = others.filter(({ name }) => name !== current.name);
    const generations = { current, kept: kept.slice(0, KEPT_MAX) };
    const path = join(this.root, FILE);
    writeFileSync(`${path}.new`, JSON.stringify(generations), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    for (const dropped of kept.slice(KEPT_MAX)) this.discard(dropped);
    return generations;
  }

  /** Removes a generation that is neither served nor kept. */
  discard({ name }: Pick<Generation, 'name'>): void {
    if (/^g[0-9]+$/u.test(name)) rmSync(join(this.root, name), { recursive: true, force: true });
  }

  /** Removes what an interrupted build has left. */
  tidy(): void {
    const known = this.read();
    if (known === undefined) return;
    const names = new Set([known.current, ...known.kept].map(({ name }) => name));
    for (const name of readdirSync(this.root)) if (!names.has(name)) this.discard({ name });
  }
}
