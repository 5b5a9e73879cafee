import { prepareRule, type PreparedRule, type Rule } from '@flightdeck/domain';
import { thresholdOf } from '@flightdeck/contracts';
import { ruleEvaluator, type RuleEvaluator } from '../evaluate/evaluator.js';

/** An active or shadow rule with what is worked out once for each of its revisions. */
export interface ActiveRule extends PreparedRule {
  /** json-rules-engine, asked about what the compiled conditions let through. */
  readonly evaluator: RuleEvaluator;
}

/** Prepares a rule for evaluation. @throws {Error} when its conditions were never validated. */
export function activeRule(rule: Rule): ActiveRule {
  return { ...prepareRule(rule, thresholdOf(rule)), evaluator: ruleEvaluator(rule) };
}
