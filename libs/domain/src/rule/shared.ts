import type { Comparison, Conditions, PinnedConditions, WrittenConditions, WrittenNode } from './rule.js';

interface Written {
  readonly conditions: WrittenConditions;
  readonly shared?: PinnedConditions;
}

/** A rule's conditions with everything that they name written out. @throws {Error} when it was saved without what it names. */
export function conditionsOf({ conditions, shared }: Written): Conditions {
  return expanded(conditions, shared);
}

/** What rearms a rule, written out; undefined when it has no such conditions. */
export function rearmOf({
  guards,
  shared,
}: Pick<Written, 'shared'> & { readonly guards: { readonly rearm?: WrittenConditions } }):
  Conditions | undefined {
  return guards.rearm === undefined ? undefined : expanded(guards.rearm, shared);
}

/** The names of the shared conditions that are used, once each. */
export function referencesOf(node: WrittenNode): readonly string[] {
  if ('condition' in node) return [node.condition];
  const inside = 'all' in node ? node.all : 'any' in node ? node.any : 'not' in node ? [node.not] : [];
  return [...new Set(inside.flatMap(referencesOf))];
}

function expanded(node: WrittenConditions, shared: PinnedConditions | undefined): Conditions {
  if ('all' in node) return { all: node.all.map((member) => expandedNode(member, shared)) };
  if ('any' in node) return { any: node.any.map((member) => expandedNode(member, shared)) };
  if ('not' in node) return { not: expandedNode(node.not, shared) };
  const pinned = Object.hasOwn(shared ?? {}, node.condition) ? shared?.[node.condition] : undefined;
  if (pinned === undefined) throw new Error(`The rule was saved without its condition ${node.condition}.`);
  return pinned.conditions;
}

function expandedNode(node: WrittenNode, shared: PinnedConditions | undefined): Conditions | Comparison {
  return 'fact' in node ? node : expanded(node, shared);
}
