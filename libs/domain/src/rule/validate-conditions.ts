import { nearestOf } from './nearest.js';
import { OPERATORS, type Operator, type ValueType } from './operators.js';
import type { PinnedConditions } from './rule.js';
import { isRecord, own, token, unknownKeys, type Problem } from './problem.js';

/** What the facts catalog says of each fact that matters here. */
export type FactCatalog = ReadonlyMap<string, { readonly type: ValueType }>;

/** `all`, `any` and `not` inside one another. */
export const CONDITION_DEPTH_MAX = 8;
/** Comparisons and groups together. */
export const CONDITIONS_MAX = 64;
/** Values of one `in` or `notIn`. */
export const VALUES_MAX = 1000;
const TEXT_LENGTH_MAX = 256;
const GROUPS = ['all', 'any', 'not'];

interface Walk {
  readonly facts: FactCatalog;
  readonly shared: PinnedConditions | undefined;
  readonly problems: Problem[];
  conditions: number;
}

/**
 * Everything wrong with a tree of conditions. Stops at the depth and at the count that no rule may have; what a shared condition
 * says counts as if it were written there. `shared`: what may be named.
 */
export function conditionProblems(
  conditions: unknown,
  facts: FactCatalog,
  pointer = '/conditions',
  shared?: PinnedConditions,
): readonly Problem[] {
  const walk: Walk = { facts, shared, problems: [], conditions: 0 };
  if (!isRecord(conditions) || (groupOf(conditions) === undefined && !isReference(conditions))) {
    return [{ pointer, message: 'must have one of all, any, not, or name a shared condition' }];
  }
  visit(walk, conditions, pointer, 1);
  return walk.problems;
}

function visit(walk: Walk, node: unknown, pointer: string, depth: number): void {
  walk.conditions += 1;
  if (walk.conditions > CONDITIONS_MAX) {
    if (walk.conditions === CONDITIONS_MAX + 1) {
      walk.problems.push({ pointer, message: `is one too many: at most ${CONDITIONS_MAX} conditions` });
    }
    return;
  }
  if (depth > CONDITION_DEPTH_MAX) {
    walk.problems.push({ pointer, message: `is too deep: at most ${CONDITION_DEPTH_MAX} levels` });
    return;
  }
  if (!isRecord(node)) {
    walk.problems.push({
      pointer,
      message: 'must be a comparison {fact, operator, value} or a group all, any, not',
    });
    return;
  }
  if (isReference(node)) {
    visitReference(walk, node, pointer, depth);
    return;
  }
  const group = groupOf(node);
  if (group === undefined) walk.problems.push(...comparisonProblems(node, pointer, walk.facts));
  else visitGroup(walk, node, group, pointer, depth);
}

function visitGroup(
  walk: Walk,
  node: Readonly<Record<string, unknown>>,
  group: string,
  pointer: string,
  depth: number,
): void {
  walk.problems.push(...unknownKeys(node, [group], pointer));
  const members = own(node, group);
  const place = `${pointer}/${group}`;
  if (group === 'not') {
    visit(walk, members, place, depth + 1);
    return;
  }
  if (!Array.isArray(members) || members.length === 0) {
    walk.problems.push({ pointer: place, message: 'must be a list of at least one condition' });
    return;
  }
  // One more than allowed is enough to find the limit, however long the list is.
  members
    .slice(0, CONDITIONS_MAX + 1)
    .forEach((member, index) => visit(walk, member, `${place}/${index}`, depth + 1));
}

/** A shared condition was checked when it was written, so only the limits can be broken by what it says. */
function visitReference(
  walk: Walk,
  node: Readonly<Record<string, unknown>>,
  pointer: string,
  depth: number,
): void {
  walk.problems.push(...unknownKeys(node, ['condition'], pointer));
  const name = own(node, 'condition');
  const known = Object.keys(walk.shared ?? {});
  const pinned = typeof name === 'string' && known.includes(name) ? walk.shared?.[name] : undefined;
  if (pinned !== undefined) {
    walk.conditions -= 1; // the reference itself is none
    visit(walk, pinned.conditions, `${pointer}/condition`, depth);
    return;
  }
  const which = known.length === 0 ? '' : `, as ${known.slice(0, 8).map(token).join(', ')}`;
  walk.problems.push({
    pointer: `${pointer}/condition`,
    message: `must name a shared condition that exists${which}`,
  });
}

function isReference(node: object): boolean {
  return Object.hasOwn(node, 'condition');
}

function groupOf(node: object): string | undefined {
  return GROUPS.find((group) => Object.hasOwn(node, group));
}

function comparisonProblems(
  node: Readonly<Record<string, unknown>>,
  pointer: string,
  facts: FactCatalog,
): readonly Problem[] {
  const stray = unknownKeys(node, ['fact', 'operator', 'value'], pointer);
  if (stray.length > 0) return stray;
  const fact = own(node, 'fact');
  const type = typeof fact === 'string' ? facts.get(fact)?.type : undefined;
  if (typeof fact !== 'string' || type === undefined) {
    return [
      {
        pointer: `${pointer}/fact`,
        message: `must be a fact of the catalog${nearest(fact, [...facts.keys()])}`,
      },
    ];
  }
  const name = own(node, 'operator');
  const operator = typeof name === 'string' ? OPERATORS.get(name) : undefined;
  const fitting = [...OPERATORS].filter(([, one]) => one.factTypes.includes(type)).map(([key]) => key);
  if (operator === undefined || !operator.factTypes.includes(type)) {
    return [
      {
        pointer: `${pointer}/operator`,
        message: `must be one of ${fitting.join(', ')}, as ${fact} is ${NOUN[type]}${meantBy(name, fitting)}`,
      },
    ];
  }
  const message = wrongValue(own(node, 'value'), fact, type, operator, facts);
  return message === undefined ? [] : [{ pointer: `${pointer}/value`, message }];
}

/** How JavaScript and SQL write what is meant. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ...([
    ['<', 'lessThan'],
    ['<=', 'lessThanInclusive'],
    ['>', 'greaterThan'],
    ['>=', 'greaterThanInclusive'],
  ] as const),
  ...(['=', '==', '==='] as const).map((sign) => [sign, 'equal'] as const),
  ...(['!=', '!==', '<>'] as const).map((sign) => [sign, 'notEqual'] as const),
]);

function meantBy(given: unknown, fitting: readonly string[]): string {
  if (typeof given !== 'string') return '';
  const meant = SIGNS.get(given) ?? nearestOf(given, fitting);
  return meant === undefined || !fitting.includes(meant) ? '' : `; did you mean ${meant}?`;
}

const NOUN: Readonly<Record<ValueType, string>> = {
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  strings: 'a list of texts',
};

function wrongValue(
  value: unknown,
  fact: string,
  type: ValueType,
  operator: Operator,
  facts: FactCatalog,
): string | undefined {
  const single = operator.takes === 'member' ? 'string' : type;
  if (operator.takes === 'several') {
    const right =
      Array.isArray(value) &&
      value.length > 0 &&
      value.length <= VALUES_MAX &&
      value.every((one) => isOf(one, single));
    return right
      ? undefined
      : `must be a list of 1 to ${VALUES_MAX} values, each ${NOUN[single]}, as ${fact} is`;
  }
  if (isRecord(value)) return wrongReference(value, single, facts);
  if (operator.factTypes.length > 1 && value === null) return undefined; // equal and notEqual can ask whether a fact is known
  if (isOf(value, single)) return undefined;
  const given = typeof value === 'string' && single === 'number' ? ', not a text: leave the quotes out' : '';
  return `must be ${NOUN[single]}${given}, or {"fact": …} naming another fact that is ${NOUN[single]}`;
}

function wrongReference(
  value: Readonly<Record<string, unknown>>,
  type: ValueType,
  facts: FactCatalog,
): string | undefined {
  const other = own(value, 'fact');
  const known = typeof other === 'string' ? facts.get(other)?.type : undefined;
  if (Object.keys(value).length === 1 && known === type) return undefined;
  if (typeof other === 'string' && known === undefined) {
    return `names a fact that is not in the catalog${nearest(other, [...facts.keys()])}`;
  }
  return `must be {"fact": …} alone, naming a fact that is ${NOUN[type]}`;
}

function isOf(value: unknown, type: ValueType): boolean {
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (type === 'string') return typeof value === 'string' && value.length <= TEXT_LENGTH_MAX;
  return type === 'boolean' && typeof value === 'boolean';
}

/** A hint after a slip: the fact that was probably meant, and others of its group. */
function nearest(given: unknown, names: readonly string[]): string {
  if (typeof given !== 'string') return '';
  const meant = nearestOf(given, names);
  if (meant !== undefined) return `; did you mean ${token(meant)}?`;
  const group = given.slice(0, TEXT_LENGTH_MAX).split('.')[0] ?? '';
  const alike = names.filter((name) => name.startsWith(`${group}.`)).map(token);
  return alike.length === 0 ? '' : `, for instance ${alike.slice(0, 8).join(', ')}`;
}
