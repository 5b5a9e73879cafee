/** A condition tree as json-rules-engine takes it. What the builder does not know it leaves as it is. */
export type Tree = Readonly<Record<string, unknown>>;

export type GroupKind = 'all' | 'any';

/** A comparison of a fact with a value. */
export interface Comparison {
  readonly fact: string;
  readonly operator: string;
  readonly value: unknown;
}

/** What the builder shows of a node. */
export type Shape =
  | { readonly kind: 'group'; readonly of: GroupKind; readonly nodes: readonly Tree[] }
  | { readonly kind: 'not'; readonly node: Tree }
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'other' };

/** What a node is: a group, a negation, a comparison, or something that only the JSON view can edit. */
export function shapeOf(tree: Tree): Shape {
  const { all, any, not, fact, operator } = tree;
  if (isTrees(all)) return { kind: 'group', of: 'all', nodes: all };
  if (isTrees(any)) return { kind: 'group', of: 'any', nodes: any };
  if (isTree(not)) return { kind: 'not', node: not };
  if (typeof fact === 'string' && typeof operator === 'string' && !('path' in tree) && !('params' in tree))
    return { kind: 'comparison', comparison: { fact, operator, value: tree['value'] } };
  return { kind: 'other' };
}

/** The nodes with one of them exchanged, or left out when there is nothing to put there. */
export function exchanged(nodes: readonly Tree[], at: number, node: Tree | undefined): readonly Tree[] {
  return nodes.flatMap((one, index) => (index === at ? (node === undefined ? [] : [node]) : [one]));
}

/**
 * What was typed as a value, in the fact's type. What is no number of a number fact is kept as text: the
 * server then says at its place what is wrong.
 */
export function valueOf(text: string, type: string): unknown {
  const trimmed = text.trim();
  if (trimmed.startsWith('[') || trimmed.startsWith('{')) return parsed(trimmed) ?? text;
  if (type === 'string') return text;
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  return trimmed !== '' && Number.isFinite(Number(trimmed)) ? Number(trimmed) : text;
}

/** A value as it stands in its field. */
export function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The object that a JSON text holds, or undefined when it holds none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTrees(value: unknown): value is readonly Tree[] {
  return Array.isArray(value) && value.every(isTree);
}
