import type { FactValue } from '../command/events.js';
import type { Comparison, Conditions } from '../rule/rule.js';
import { compile } from './compile.js';
import { referenceOf, type FactSource } from './fact-source.js';

/** What became of one condition: a comparison with what it saw, or a group with its members. Plain JSON. */
export type ConditionResult =
  | {
      readonly fact: string;
      readonly operator: string;
      readonly value: unknown;
      readonly factResult: FactValue;
      readonly valueResult: unknown;
      readonly result: boolean;
    }
  | { readonly all: readonly ConditionResult[]; readonly result: boolean }
  | { readonly any: readonly ConditionResult[]; readonly result: boolean }
  | { readonly not: ConditionResult; readonly result: boolean };

/** Every condition with its own result, those that json-rules-engine would not have looked at any more included. */
export function conditionResults(node: Conditions | Comparison, facts: FactSource): ConditionResult {
  const result = compile(node)(facts);
  if ('all' in node) return { all: node.all.map((member) => conditionResults(member, facts)), result };
  if ('any' in node) return { any: node.any.map((member) => conditionResults(member, facts)), result };
  if ('not' in node) return { not: conditionResults(node.not, facts), result };
  const { fact, operator, value } = node;
  const other = referenceOf(value);
  const valueResult = other === undefined ? value : facts(other);
  return { fact, operator, value, factResult: facts(fact), valueResult, result };
}
