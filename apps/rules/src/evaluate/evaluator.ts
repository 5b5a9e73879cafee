import {
  compile,
  conditionsOf,
  factsUsed,
  OPERATORS,
  pick,
  type FactSource,
  type Predicate,
  type Rule,
} from '@flightdeck/domain';
import { Engine, type RuleResult, type TopLevelCondition } from 'json-rules-engine';

/** What the engine said of each condition, as plain JSON. */
export type ConditionResults = Readonly<Record<string, unknown>>;

export interface Evaluation {
  readonly matched: boolean;
  readonly results: ConditionResults;
}

/** One revision of a rule, ready to be evaluated any number of times. */
export interface RuleEvaluator {
  /** Whether the rule matches, cheaply. */
  readonly matches: Predicate;
  /** What json-rules-engine decides, and why; the authority. */
  evaluate(facts: FactSource): Promise<Evaluation>;
  /** The facts that the conditions look at. */
  readonly facts: readonly string[];
}

/** Builds the engine once for a rule. Facts are handed in with each run; nothing is kept from one to the next. */
export function ruleEvaluator(rule: Pick<Rule, 'ruleId' | 'conditions' | 'shared'>): RuleEvaluator {
  const conditions = conditionsOf(rule);
  const facts = factsUsed(conditions);
  const engine = new Engine(
    [{ conditions: engineConditions(rule), event: { type: rule.ruleId }, name: rule.ruleId }],
    {
      pathResolver: ownProperty,
    },
  );
  for (const [name, pinned] of Object.entries(rule.shared ?? {}))
    engine.setCondition(name, structuredClone(pinned.conditions) as unknown as TopLevelCondition);
  for (const [name, { test }] of OPERATORS) engine.addOperator(name, test);
  return {
    matches: compile(conditions),
    facts,
    evaluate: async (all) => {
      const { results, failureResults } = await engine.run(pick(all, facts));
      return { matched: results.length > 0, results: conditionResults(results[0] ?? failureResults[0]) };
    },
  };
}

/** The engine keeps and marks the conditions that it is given, so it gets its own copy. */
function engineConditions(rule: Pick<Rule, 'conditions'>): TopLevelCondition {
  return structuredClone(rule.conditions) as unknown as TopLevelCondition;
}

/** Instead of the engine's JSONPath, which has a history of remote code execution. Saved rules have no paths at all. */
function ownProperty(value: object, path: string): unknown {
  return Object.hasOwn(value, path) ? (value as Readonly<Record<string, unknown>>)[path] : undefined;
}

function conditionResults(result: RuleResult | undefined): ConditionResults {
  if (result === undefined) throw new Error('The engine ran without its rule.');
  return { ...result.toJSON(false).conditions };
}
