import { isIpAddress, parseCidr, type Cidr } from './cidr.js';
import { compileWildcard } from './wildcard.js';

/** A scalar of JSON. */
export type Scalar = string | number | boolean | null;

/** Whether one scalar of an event fits. */
export type Test = (value: Scalar) => boolean;

/** A matcher that is none. The pointer names its place in the pattern (RFC 6901). */
export class BadPattern extends Error {
  override readonly name = 'BadPattern';
  constructor(
    readonly pointer: string,
    readonly detail: string,
  ) {
    super(`${pointer}: ${detail}`);
  }
}

/** One entry of a list of alternatives: what is absent, or a test of what is there. */
export type Matcher = { readonly kind: 'absent' } | { readonly kind: 'value'; readonly fits: Test };

const KINDS =
  'a string, a number, a boolean, null, or one of prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists, cidr';

/** Compiles one matcher of an EventBridge event pattern. @throws {BadPattern} */
export function compileMatcher(matcher: unknown, pointer: string): Matcher {
  if (isScalar(matcher)) return { kind: 'value', fits: (value) => value === matcher };
  const [name, argument] = onlyEntry(matcher, pointer);
  const at = `${pointer}/${name}`;
  switch (name) {
    case 'exists':
      if (typeof argument !== 'boolean') throw new BadPattern(at, 'must be true or false');
      return argument ? { kind: 'value', fits: () => true } : { kind: 'absent' };
    case 'anything-but':
      return { kind: 'value', fits: anythingBut(argument, at) };
    default:
      return { kind: 'value', fits: ofText(name, argument, at) };
  }
}

function ofText(name: string, argument: unknown, at: string): Test {
  switch (name) {
    case 'prefix':
      return affix(argument, at, (value, text) => value.startsWith(text));
    case 'suffix':
      return affix(argument, at, (value, text) => value.endsWith(text));
    case 'equals-ignore-case': {
      const wanted = textOf(argument, at).toLowerCase();
      return onText((value) => value.toLowerCase() === wanted);
    }
    case 'wildcard': {
      const fits = compileWildcard(textOf(argument, at));
      if (fits === undefined) throw new BadPattern(at, 'must not hold two stars in a row');
      return onText(fits);
    }
    case 'numeric':
      return numeric(argument, at);
    case 'cidr':
      return cidr(argument, at);
    default:
      throw new BadPattern(at, `is not a matcher; use ${KINDS}`);
  }
}

function affix(argument: unknown, at: string, fits: (value: string, text: string) => boolean): Test {
  if (typeof argument === 'string') return onText((value) => fits(value, argument));
  const [name, inner] = onlyEntry(argument, at);
  if (name !== 'equals-ignore-case')
    throw new BadPattern(`${at}/${name}`, 'only equals-ignore-case can stand here');
  const text = textOf(inner, `${at}/${name}`).toLowerCase();
  return onText((value) => fits(value.toLowerCase(), text));
}

/** Anything but a scalar, some scalars, or what one text matcher (or several values of it) fits. */
function anythingBut(argument: unknown, at: string): Test {
  if (isScalar(argument)) return (value) => value !== argument;
  if (Array.isArray(argument)) {
    const refused: readonly unknown[] = argument;
    if (refused.length === 0 || !refused.every(isScalar))
      throw new BadPattern(at, 'must hold scalars, one at least');
    return (value) => !refused.includes(value);
  }
  const [name, inner] = onlyEntry(argument, at);
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(name))
    throw new BadPattern(
      `${at}/${name}`,
      'only prefix, suffix, equals-ignore-case or wildcard can stand here',
    );
  const values: readonly unknown[] = Array.isArray(inner) ? inner : [inner];
  if (values.length === 0) throw new BadPattern(`${at}/${name}`, 'must not be empty');
  const tests = values.map((one) => ofText(name, one, `${at}/${name}`));
  return (value) => !tests.some((fits) => fits(value));
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '=': (value, bound) => value === bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `["=", 5]`, `[">", 0]`, or a range `[">", 0, "<=", 5]`. */
function numeric(argument: unknown, at: string): Test {
  const parts: readonly unknown[] = Array.isArray(argument) ? argument : [];
  if (parts.length !== 2 && parts.length !== 4)
    throw new BadPattern(at, 'must be [operator, number] or [operator, number, operator, number]');
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < parts.length; index += 2) {
    const operator = parts[index];
    const bound = parts[index + 1];
    const compare =
      typeof operator === 'string' && Object.hasOwn(COMPARISONS, operator)
        ? COMPARISONS[operator]
        : undefined;
    if (compare === undefined) throw new BadPattern(`${at}/${index}`, 'must be one of < <= = > >=');
    if (typeof bound !== 'number' || !Number.isFinite(bound))
      throw new BadPattern(`${at}/${index + 1}`, 'must be a number');
    tests.push((value) => compare(value, bound));
  }
  if (parts.length === 4 && !(isLower(parts[0]) && isUpper(parts[2])))
    throw new BadPattern(at, 'a range names its lower bound first: [">", 0, "<=", 5]');
  return (value) => typeof value === 'number' && tests.every((fits) => fits(value));
}

function isLower(operator: unknown): boolean {
  return operator === '>' || operator === '>=';
}

function isUpper(operator: unknown): boolean {
  return operator === '<' || operator === '<=';
}

function cidr(argument: unknown, at: string): Test {
  const range: Cidr | undefined = parseCidr(textOf(argument, at));
  if (range === undefined)
    throw new BadPattern(at, 'must be an IP range such as 10.0.0.0/24 or 2001:db8::/32');
  return onText((value) => isIpAddress(value) && range.holds(value));
}

function onText(fits: (value: string) => boolean): Test {
  return (value) => typeof value === 'string' && fits(value);
}

function textOf(argument: unknown, at: string): string {
  if (typeof argument !== 'string' || argument === '') throw new BadPattern(at, 'must be a text, not empty');
  return argument;
}

function onlyEntry(value: unknown, at: string): readonly [string, unknown] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const [only, ...rest] = Object.entries(value);
    if (only !== undefined && rest.length === 0) return only;
  }
  throw new BadPattern(at, `must be ${KINDS}`);
}

function isScalar(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
