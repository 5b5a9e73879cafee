import type { ReadModelStore } from './read-model-store.js';

/** Read models that were built once, in a store of their own. */
export interface Generation {
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

/** Which generations of read models there are, and where. One process at a time holds it. */
export interface GenerationShelf {
  /** To be called once, before anything else: keeps out who held it before, and removes what an interrupted build has left. */
  takeOver(): Promise<void>;
  /** Undefined while nothing has been served. */
  read(): Promise<Generations | undefined>;
  /** A generation that does not exist yet, and is empty. */
  fresh(version: number, since: string): Promise<Generation>;
  /** Its rows; to be closed by the caller. */
  open(generation: Pick<Generation, 'name'>): ReadModelStore;
  /** Serves `current` from now on, all or nothing; what was served is kept, and what is over {@link KEPT_MAX} is removed. */
  serve(current: Generation): Promise<void>;
  /** Removes a generation, unless it is served or kept. */
  discard(generation: Pick<Generation, 'name'>): Promise<void>;
  close(): Promise<void>;
}

/** Generations that are kept beside the served one. */
export const KEPT_MAX = 2;
/** Every name that a generation is given: as many as are kept, the served one and the one being built. */
export const GENERATION_NAMES: readonly string[] = Array.from(
  { length: KEPT_MAX + 2 },
  (_, i) => `g${i + 1}`,
);
/** What stood where it stood before there were generations. */
export const UNNAMED: Generation = { name: '.', version: 1, since: '1970-01-01T00:00:00.000Z' };

/** What there is once `current` is served, and what is to be removed then. */
export function serving(
  before: Generations | undefined,
  current: Generation,
): { readonly generations: Generations; readonly dropped: readonly Generation[] } {
  const others = allOf(before).filter(({ name }) => name !== current.name);
  return { generations: { current, kept: others.slice(0, KEPT_MAX) }, dropped: others.slice(KEPT_MAX) };
}

/** The names that are free. @throws when all are taken, which {@link KEPT_MAX} rules out. */
export function freeNames(known: Generations | undefined): readonly [string, ...string[]] {
  const taken = new Set(allOf(known).map(({ name }) => name));
  const [first, ...others] = GENERATION_NAMES.filter((name) => !taken.has(name));
  if (first === undefined) throw new Error('Every generation of the read models is kept.');
  return [first, ...others];
}

/** The served one first. */
export function allOf(known: Generations | undefined): readonly Generation[] {
  return known === undefined ? [] : [known.current, ...known.kept];
}
