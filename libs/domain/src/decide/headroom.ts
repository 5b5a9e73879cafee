import { CHANGE, changesOf } from '../facts/changes.js';
import type { Micros } from '../money/money.js';
import { OPERATORS } from '../rule/operators.js';
import type { Comparison, Conditions } from '../rule/rule.js';
import { referenceOf, type FactSource } from './fact-source.js';

/** The campaign's own budgets that its utilization is a share of, where no other cap bears on it. */
export interface OwnBudget {
  readonly dailyMicros?: Micros | undefined;
  readonly lifetimeMicros?: Micros | undefined;
}

/**
 * Net micros of a campaign that have to be counted before conditions can hold that do not, as long as its local day and its terms stay
 * as they are: with less of them they do not hold, whatever else is counted. Infinity: nothing that is counted makes them hold; 0:
 * they hold, or it cannot be told.
 */
export type Headroom = (facts: FactSource, budget: OwnBudget) => number;

/** A fact that only more net spend raises within a day: the spend that it tells of, and what that is a share of. */
interface Raised {
  readonly spent: string;
  readonly whole: (budget: OwnBudget) => number | undefined;
}

const RAISED_BY_SPEND: ReadonlyMap<string, Raised> = new Map<string, Raised>([
  ['spend.today', { spent: 'spend.today', whole: () => 1 }],
  ['spend.lifetime', { spent: 'spend.lifetime', whole: () => 1 }],
  ['utilization.today', { spent: 'spend.today', whole: ({ dailyMicros }) => dailyMicros }],
  ['utilization.lifetime', { spent: 'spend.lifetime', whole: ({ lifetimeMicros }) => lifetimeMicros }],
]);
const AT_LEAST: ReadonlySet<string> = new Set(['greaterThan', 'greaterThanInclusive']);
/** Room for what is lost when money is turned into a number, and a number into a share. */
const LOST_MICROS = 2;
const LOST_SHARE = 1e-12;

export function headroomOf(node: Conditions | Comparison): Headroom {
  if ('all' in node) {
    const members = node.all.map(headroomOf);
    return (facts, budget) => members.reduce((most, member) => Math.max(most, member(facts, budget)), 0);
  }
  if ('any' in node) {
    const members = node.any.map(headroomOf);
    return (facts, budget) =>
      members.reduce((least, member) => Math.min(least, member(facts, budget)), Infinity);
  }
  return 'not' in node ? () => 0 : ofComparison(node);
}

function ofComparison({ fact, operator, value }: Comparison): Headroom {
  const test = OPERATORS.get(operator)?.test;
  if (test === undefined || referenceOf(value) !== undefined) return () => 0;
  const isFixed = (changesOf(fact) & ~CHANGE.day) === 0;
  if (isFixed) return (facts) => (test(facts(fact), value) ? 0 : Infinity);
  const raised = RAISED_BY_SPEND.get(fact);
  if (raised === undefined || typeof value !== 'number' || !AT_LEAST.has(operator)) return () => 0;
  return (facts, budget) => {
    const whole = raised.whole(budget);
    const spent = facts(raised.spent);
    if (whole === undefined || typeof spent !== 'number') return 0;
    return Math.max(0, value * whole * (1 - LOST_SHARE) - spent - LOST_MICROS);
  };
}
