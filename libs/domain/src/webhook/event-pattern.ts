import { BadPattern, compileMatcher, type Matcher, type Scalar } from './matchers.js';

/** The deepest nesting of a pattern, the most matchers it holds, and the most ways that its `$or`s multiply to. */
export const PATTERN_DEPTH_MAX = 12;
export const PATTERN_MATCHERS_MAX = 300;
export const PATTERN_WAYS_MAX = 1_000;

/** Whether a JSON event fits. */
export type EventPattern = (event: unknown) => boolean;

type Compiled =
  | {
      readonly kind: 'all';
      readonly fields: readonly (readonly [string, Compiled])[];
      readonly or: readonly (readonly Compiled[])[];
    }
  | { readonly kind: 'leaf'; readonly path: readonly string[]; readonly matchers: readonly Matcher[] };

/**
 * Compiles an event pattern as Amazon EventBridge has it (User Guide, "Comparison operators for use in event patterns"): each
 * named field must fit, an array of matchers is a choice, `$or` a choice of patterns. Fields of an object in an array must fit in
 * the same element. Own properties only, so a pattern never reaches a prototype. @throws {BadPattern} with the place and what is wrong.
 */
export function compilePattern(pattern: unknown): EventPattern {
  const limits = { matchers: 0 };
  const compiled = compileAll(pattern, '', [], limits, 1);
  if (ways(compiled) > PATTERN_WAYS_MAX)
    throw new BadPattern('', `its $or multiply to more than ${PATTERN_WAYS_MAX} ways`);
  return (event) => fits(compiled, event, event);
}

function compileAll(
  pattern: unknown,
  pointer: string,
  path: readonly string[],
  limits: { matchers: number },
  depth: number,
): Compiled {
  if (typeof pattern !== 'object' || pattern === null || Array.isArray(pattern))
    throw new BadPattern(pointer, 'must be an object of fields, or an array of matchers inside one');
  if (depth > PATTERN_DEPTH_MAX) throw new BadPattern(pointer, `is nested deeper than ${PATTERN_DEPTH_MAX}`);
  const entries = Object.entries(pattern as Record<string, unknown>);
  if (entries.length === 0) throw new BadPattern(pointer, 'must name a field');
  const fields: (readonly [string, Compiled])[] = [];
  const or: (readonly Compiled[])[] = [];
  for (const [name, value] of entries) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (name === '$or') or.push(compileOr(value, at, path, limits, depth));
    else if (Array.isArray(value)) fields.push([name, compileLeaf(value, at, [...path, name], limits)]);
    else fields.push([name, compileAll(value, at, [...path, name], limits, depth + 1)]);
  }
  refuseNamedTwice(
    fields.flatMap(([, field]) => leavesOf(field)),
    or.flat().flatMap(leavesOf),
    pointer,
  );
  return { kind: 'all', fields, or };
}

/** EventBridge lets a field inside `$or` stand for the one beside it; a reader would think that both must fit. */
function refuseNamedTwice(beside: readonly string[], inside: readonly string[], pointer: string): void {
  const twice = inside.find((leaf) => beside.includes(leaf));
  if (twice !== undefined)
    throw new BadPattern(
      `${pointer}/$or`,
      `names ${twice}, as does the pattern beside it: name it in one of them`,
    );
}

/** The dotted paths of the leaves that a pattern names. */
function leavesOf(compiled: Compiled): readonly string[] {
  if (compiled.kind === 'leaf') return [compiled.path.join('.')];
  return [...compiled.fields.map(([, field]) => field), ...compiled.or.flat()].flatMap(leavesOf);
}

function compileOr(
  value: unknown,
  at: string,
  path: readonly string[],
  limits: { matchers: number },
  depth: number,
): readonly Compiled[] {
  if (!Array.isArray(value) || value.length < 2)
    throw new BadPattern(at, 'must be an array of at least two patterns');
  return value.map((one: unknown, index) => compileAll(one, `${at}/${index}`, path, limits, depth + 1));
}

function compileLeaf(
  value: readonly unknown[],
  at: string,
  path: readonly string[],
  limits: { matchers: number },
): Compiled {
  if (value.length === 0) throw new BadPattern(at, 'must hold at least one matcher');
  limits.matchers += value.length;
  if (limits.matchers > PATTERN_MATCHERS_MAX)
    throw new BadPattern(at, `a pattern holds at most ${PATTERN_MATCHERS_MAX} matchers`);
  const matchers = value.map((one, index) => compileMatcher(one, `${at}/${index}`));
  return { kind: 'leaf', path, matchers };
}

function ways(compiled: Compiled): number {
  if (compiled.kind === 'leaf') return 1;
  const inner = compiled.fields.reduce((product, [, field]) => product * ways(field), 1);
  return compiled.or.reduce(
    (product, choice) => product * choice.reduce((sum, one) => sum + ways(one), 0),
    inner,
  );
}

/** `here` is what the pattern's fields are looked up in; `root` the whole event, for what must be absent from it. */
function fits(compiled: Compiled, here: unknown, root: unknown): boolean {
  if (compiled.kind === 'leaf') return fitsLeaf(compiled, here, root);
  if (Array.isArray(here)) {
    const elements: readonly unknown[] = here.length === 0 ? [undefined] : here;
    return elements.some((element) => fits(compiled, element, root));
  }
  return (
    compiled.fields.every(([name, field]) => fits(field, own(here, name), root)) &&
    compiled.or.every((choice) => choice.some((one) => fits(one, here, root)))
  );
}

function fitsLeaf(
  { path, matchers }: Extract<Compiled, { kind: 'leaf' }>,
  here: unknown,
  root: unknown,
): boolean {
  const values = scalarsOf(here);
  return matchers.some((matcher) =>
    matcher.kind === 'absent' ? isAbsent(root, path) : values.some((value) => matcher.fits(value)),
  );
}

/** EventBridge asks of the whole event whether a leaf is absent, not of one element of an array. */
function isAbsent(event: unknown, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return scalarsOf(event).length === 0;
  if (Array.isArray(event)) return event.every((element) => isAbsent(element, path));
  return isAbsent(own(event, name), rest);
}

/** A scalar, or the scalars of an array however nested; an object has none, for it is no leaf. */
function scalarsOf(value: unknown): readonly Scalar[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => scalarsOf(one));
  if (value === undefined || (typeof value === 'object' && value !== null)) return [];
  return [value as Scalar];
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
