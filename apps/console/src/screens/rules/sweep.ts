import { isTree, shapeOf, type Tree } from './tree';

const VALUES_MAX = 10;

/** The same rule with each of the numbers typed, in the place of the first number of its conditions. */
export function sweepOf(
  conditions: Tree,
  typed: string,
): { readonly pointer: string; readonly values: number[] } | undefined {
  const values = typed
    .split(/[\s,;]+/u)
    .filter((part) => part !== '')
    .map(Number)
    .filter(Number.isFinite)
    .slice(0, VALUES_MAX);
  const pointer = firstNumber(conditions, '/conditions');
  return values.length === 0 || pointer === undefined ? undefined : { pointer, values };
}

function firstNumber(tree: Tree, pointer: string): string | undefined {
  const shape = shapeOf(tree);
  switch (shape.kind) {
    case 'comparison':
      return typeof shape.comparison.value === 'number' ? `${pointer}/value` : undefined;
    case 'not':
      return firstNumber(shape.node, `${pointer}/not`);
    case 'group':
      for (const [at, node] of shape.nodes.entries()) {
        const found = isTree(node) ? firstNumber(node, `${pointer}/${shape.of}/${at}`) : undefined;
        if (found !== undefined) return found;
      }
      return undefined;
    case 'other':
      return undefined;
  }
}
