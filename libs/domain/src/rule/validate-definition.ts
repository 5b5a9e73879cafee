import type { PinnedConditions } from './rule.js';
import { isRecord, type Problem } from './problem.js';
import { actionProblems } from './validate-action.js';
import { conditionProblems, type FactCatalog } from './validate-conditions.js';
import { guardProblems } from './validate-guards.js';
import { rolloutProblems } from './rollout.js';

export type { Problem as DefinitionProblem } from './problem.js';
export {
  CONDITION_DEPTH_MAX,
  CONDITIONS_MAX,
  conditionProblems,
  type FactCatalog,
} from './validate-conditions.js';

export const RULE_PRIORITY_MIN = 1;
export const RULE_PRIORITY_MAX = 1000;
export const SCOPE_ENTRIES_MAX = 10_000;

/** What is told at most of one definition: enough to mend it, bounded however wrong it is. */
export const PROBLEMS_MAX = 50;

const SCOPES = ['all', 'campaignIds', 'advertiserId', 'tags'];

/** A definition whose parts are still only JSON. */
export interface UncheckedDefinition {
  readonly scope: unknown;
  readonly conditions: unknown;
  readonly action: unknown;
  readonly guards: unknown;
  readonly priority: unknown;
  readonly rollout?: unknown;
  /** What the conditions may name; itself not part of what an author writes. */
  readonly shared?: PinnedConditions;
}

/**
 * Everything wrong with a rule's definition, each at its place (a JSON Pointer, RFC 6901) with what would be right; nothing when
 * the rule can be saved. Facts, operators and types are strict before json-rules-engine ever sees them: no user-written `path`
 * (JSONPath evaluation has a history of remote code execution), no patterns, own properties only.
 */
export function validateDefinition(definition: UncheckedDefinition, facts: FactCatalog): readonly Problem[] {
  const problems = [
    ...conditionProblems(definition.conditions, facts, '/conditions', definition.shared),
    ...scopeProblems(definition.scope),
    ...actionProblems(definition.action),
    ...guardProblems(definition.guards, facts, definition.shared),
    ...priorityProblems(definition.priority),
    ...rolloutProblems(definition.rollout),
  ];
  return problems.slice(0, PROBLEMS_MAX);
}

function scopeProblems(scope: unknown): readonly Problem[] {
  const kinds = isRecord(scope) ? Object.keys(scope) : [];
  const kind = kinds[0];
  if (!isRecord(scope) || kind === undefined || kinds.length !== 1 || !SCOPES.includes(kind)) {
    return [{ pointer: '/scope', message: `must have exactly one of ${SCOPES.join(', ')}` }];
  }
  const value = scope[kind];
  const pointer = `/scope/${kind}`;
  if (kind === 'all') return value === true ? [] : [{ pointer, message: 'must be true' }];
  if (kind === 'advertiserId') return isName(value) ? [] : [{ pointer, message: 'must be an id' }];
  if (
    !Array.isArray(value) ||
    value.length === 0 ||
    value.length > SCOPE_ENTRIES_MAX ||
    !value.every(isName)
  ) {
    return [{ pointer, message: `must be a list of 1 to ${SCOPE_ENTRIES_MAX} texts` }];
  }
  return [];
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function priorityProblems(priority: unknown): readonly Problem[] {
  const right =
    typeof priority === 'number' &&
    Number.isInteger(priority) &&
    priority >= RULE_PRIORITY_MIN &&
    priority <= RULE_PRIORITY_MAX;
  return right
    ? []
    : [
        {
          pointer: '/priority',
          message: `must be an integer from ${RULE_PRIORITY_MIN} to ${RULE_PRIORITY_MAX}`,
        },
      ];
}
