import { OPERATORS } from '../rule/operators.js';
import type { Comparison, Conditions } from '../rule/rule.js';
import { referenceOf, type FactSource } from './fact-source.js';

export type Predicate = (facts: FactSource) => boolean;

/**
 * The conditions as a plain function. It says the same as json-rules-engine (a property test holds them together) at a fraction
 * of the cost, so the engine needs to run only for what matches, where its per-condition results are wanted.
 * @throws {Error} on an operator that is not in the catalog; saved rules have none.
 */
export function compile(node: Conditions | Comparison): Predicate {
  if ('all' in node) {
    const members = node.all.map(compile);
    return (facts) => members.every((member) => member(facts));
  }
  if ('any' in node) {
    const members = node.any.map(compile);
    return (facts) => members.some((member) => member(facts));
  }
  if ('not' in node) {
    const member = compile(node.not);
    return (facts) => !member(facts);
  }
  return comparison(node);
}

function comparison({ fact, operator, value }: Comparison): Predicate {
  const test = OPERATORS.get(operator)?.test;
  if (test === undefined) throw new Error(`No such operator: ${operator}`);
  const other = referenceOf(value);
  if (other !== undefined) return (facts) => test(facts(fact), facts(other));
  return (facts) => test(facts(fact), value);
}
