import { recordedFacts, type Conditions, type FactValue } from '@flightdeck/domain';
import { Engine, type TopLevelCondition } from 'json-rules-engine';
import { ruleEvaluator } from '../apps/rules/src/evaluate/evaluator.js';
import type { Figure } from './report.js';

/** Three conditions, as most rules have; the third decides. */
const CONDITIONS: Conditions = {
  all: [
    { fact: 'campaign.status', operator: 'equal', value: 'active' },
    { fact: 'impressions.today', operator: 'greaterThan', value: 100 },
    { fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 },
  ],
};
/** One evaluation in a thousand matches: rules watch far more often than they fire. */
const MATCH_EVERY = 1_000;
const CAMPAIGNS = 10_000;

/** Rule evaluations a second as the rules app does them (closure first, engine for what matches) beside the bare engine, reused. */
export async function rulesBench(options: { quick: boolean }): Promise<Figure[]> {
  const rounds = options.quick ? 2 : 20;
  const facts = Array.from({ length: CAMPAIGNS }, (_, i) => factsOf(i));
  const ours = await evaluationsPerSecond(rounds * 10, facts, evaluateOurs());
  const bare = await evaluationsPerSecond(rounds, facts, evaluateBare());
  return [
    {
      name: 'rule evaluation, 3 conditions',
      value: ours,
      unit: 'evaluations/s',
      ceiling: { name: 'bare json-rules-engine', value: bare },
    },
  ];
}

type Facts = Readonly<Record<string, FactValue>>;
type Evaluate = (facts: Facts) => Promise<boolean> | boolean;

function factsOf(campaign: number): Facts {
  return {
    'campaign.status': 'active',
    'impressions.today': 1_000 + campaign,
    'utilization.today': campaign % MATCH_EVERY === 0 ? 0.95 : 0.5,
  };
}

function evaluateOurs(): Evaluate {
  const evaluator = ruleEvaluator({ ruleId: 'bench', conditions: CONDITIONS });
  return (facts) => {
    const source = recordedFacts(facts);
    return evaluator.matches(source) && evaluator.evaluate(source).then(({ matched }) => matched);
  };
}

function evaluateBare(): Evaluate {
  const conditions = structuredClone(CONDITIONS) as unknown as TopLevelCondition;
  const engine = new Engine([{ conditions, event: { type: 'bench' } }]);
  return async (facts) => (await engine.run({ ...facts })).results.length > 0;
}

async function evaluationsPerSecond(
  rounds: number,
  all: readonly Facts[],
  evaluate: Evaluate,
): Promise<number> {
  let matched = 0;
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) {
    for (const facts of all) {
      const answer = evaluate(facts);
      if (typeof answer === 'boolean' ? answer : await answer) matched += 1;
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  if (matched !== (rounds * all.length) / MATCH_EVERY) throw new Error(`Matched ${matched} times.`);
  return (rounds * all.length) / seconds;
}
