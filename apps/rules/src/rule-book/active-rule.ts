import { createHash } from 'node:crypto';
import { FACTS, type Rule } from '@flightdeck/domain';
import { ruleEvaluator, type RuleEvaluator } from '../evaluate/evaluator.js';

/** An active rule with what is worked out once for each of its revisions. */
export interface ActiveRule {
  readonly rule: Rule;
  readonly evaluator: RuleEvaluator;
  /** Names the conditions and the action: fire-once counts by it, so renaming a rule does not make it fire again. */
  readonly threshold: string;
  /** It can become true though nothing happens. */
  readonly timeDriven: boolean;
}

const THRESHOLD_HEX = 16;

const TIME_DRIVEN = new Set<string>(FACTS.filter((fact) => fact.timeDriven).map((fact) => fact.name));

/** Prepares a rule for evaluation. @throws {Error} when its conditions were never validated. */
export function activeRule(rule: Rule): ActiveRule {
  const evaluator = ruleEvaluator(rule);
  return {
    rule,
    evaluator,
    threshold: thresholdOf(rule),
    timeDriven: evaluator.facts.some((fact) => TIME_DRIVEN.has(fact)),
  };
}

function thresholdOf({ conditions, action }: Rule): string {
  return createHash('sha256')
    .update(JSON.stringify([conditions, action]))
    .digest('hex')
    .slice(0, THRESHOLD_HEX);
}
