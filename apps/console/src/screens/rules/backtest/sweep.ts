import { signOf } from '../../../format/operators';
import { isTree, shapeOf, type Tree } from '../tree';

const VALUES_MAX = 10;

/** A number in the conditions, and where it stands. */
export interface Threshold {
  readonly pointer: string;
  readonly label: string;
  /** What it is compared with, as in `pacing.index >`. */
  readonly side: string;
  readonly value: number;
}

/** The numbers that conditions compare with, in the order in which they are read. */
export function thresholdsOf(tree: Tree, pointer = '/conditions'): readonly Threshold[] {
  const shape = shapeOf(tree);
  switch (shape.kind) {
    case 'comparison': {
      const { fact, operator, value } = shape.comparison;
      if (typeof value !== 'number') return [];
      const side = `${fact} ${signOf(operator)}`;
      return [{ pointer: `${pointer}/value`, label: `${side} ${value}`, side, value }];
    }
    case 'not':
      return thresholdsOf(shape.node, `${pointer}/not`);
    case 'group':
      return shape.nodes.flatMap((node, at) =>
        isTree(node) ? thresholdsOf(node, `${pointer}/${shape.of}/${at}`) : [],
      );
    case 'other':
      return [];
  }
}

/** The same rule with each of the numbers typed in the place of one of its own; undefined where there is nothing to compare. */
export function sweepOf(
  thresholds: readonly Threshold[],
  pointer: string | undefined,
  typed: string,
): { readonly pointer: string; readonly values: number[] } | undefined {
  const values = typed
    .split(/[\s,;]+/u)
    .filter((part) => part !== '')
    .map(Number)
    .filter(Number.isFinite)
    .slice(0, VALUES_MAX);
  const at = thresholds.find((one) => one.pointer === pointer) ?? thresholds[0];
  return values.length === 0 || at === undefined ? undefined : { pointer: at.pointer, values };
}

/** A variant as a person reads it: `pacing.index > 1.1` for `/conditions/all/0/value = 1.1`. Others keep their names. */
export function readableName(name: string, thresholds: readonly Threshold[]): string {
  const [pointer = '', value] = name.split(' = ', 2);
  const at = thresholds.find((one) => one.pointer === pointer);
  return at === undefined || value === undefined ? name : `${at.side} ${value}`;
}
