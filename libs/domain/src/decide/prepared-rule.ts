import { FACTS } from '../facts/catalog.js';
import { changesOf, NO_CHANGE, type Changes } from '../facts/changes.js';
import type { Rule } from '../rule/rule.js';
import { conditionsOf, rearmOf } from '../rule/shared.js';
import { compile, type Predicate } from './compile.js';
import { factsUsed } from './fact-source.js';
import { headroomOf, type Headroom } from './headroom.js';

/** One revision of a rule with what is worked out once for it. */
export interface PreparedRule {
  readonly rule: Rule;
  /** Whether its conditions hold. */
  readonly matches: Predicate;
  /** Whether what rearms it holds: its own `rearm` conditions, else the negation of its conditions. */
  readonly rearms: Predicate;
  /** The facts that its conditions look at. */
  readonly facts: readonly string[];
  /** Names the conditions and the action: fire-once counts by it, so renaming a rule does not make it fire again. */
  readonly threshold: string;
  /** It can become true, blind or rearmed though nothing happens. */
  readonly timeDriven: boolean;
  /** What other campaigns of the advertiser spend can make it true, where the advertiser has a budget. */
  readonly shared: boolean;
  /** What can make its conditions hold that did not: nothing else does. */
  readonly changes: Changes;
  /** What has to be spent before its conditions can hold. */
  readonly headroom: Headroom;
}

const LAG = 'data.lagSeconds';
const SHARED = new Set<string>(FACTS.filter((fact) => fact.shared).map((fact) => fact.name));
const TIME_DRIVEN = new Set<string>(FACTS.filter((fact) => fact.timeDriven).map((fact) => fact.name));

/** Prepares a rule for evaluation. `threshold` names its conditions and action. @throws {Error} when its conditions were never validated. */
export function prepareRule(rule: Rule, threshold: string): PreparedRule {
  const { guards } = rule;
  const conditions = conditionsOf(rule);
  const rearm = rearmOf(rule);
  const facts = factsUsed(conditions);
  const matches = compile(conditions);
  const rearms = rearm === undefined ? (given: Parameters<Predicate>[0]) => !matches(given) : compile(rearm);
  const waits =
    guards.maxLagSeconds !== undefined ||
    guards.rearmAfterMinutes !== undefined ||
    guards.schedule !== undefined;
  const timeDriven = waits || facts.some((fact) => TIME_DRIVEN.has(fact));
  return {
    rule,
    matches,
    rearms,
    facts,
    threshold,
    timeDriven,
    shared: facts.some((fact) => SHARED.has(fact)),
    changes: [...facts, ...(guards.maxLagSeconds === undefined ? [] : [LAG])]
      .map(changesOf)
      .reduce((all, one) => all | one, NO_CHANGE),
    headroom: timeDriven ? () => 0 : headroomOf(conditions),
  };
}
