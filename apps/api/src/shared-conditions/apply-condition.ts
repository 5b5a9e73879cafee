import type { AppliedConditionResponse } from '@flightdeck/contracts';
import {
  definitionOf,
  validateDefinition,
  type Approvals,
  type PinnedConditions,
  type Rule,
  type WrittenMode,
} from '@flightdeck/domain';
import { ProblemException } from '@flightdeck/platform';
import { FACT_CATALOG } from '../rules/rule-dto.js';
import type { RuleShelf } from '../rules/rule-shelf.js';

type Applied = AppliedConditionResponse['items'][number];

interface Signed {
  readonly actor: string;
  readonly at: string;
  readonly person?: string;
  readonly reason?: string;
}

/**
 * Revises a rule so that it says what its shared conditions say now, in the mode that it is in. Where approval is required an
 * active rule is left as it is: a new revision of it has to be submitted.
 */
export async function takeUp(
  shelf: Pick<RuleShelf, 'change'>,
  rule: Rule,
  pinned: PinnedConditions,
  approvals: Approvals,
  signed: Signed,
): Promise<Applied> {
  const shared = Object.fromEntries(
    Object.keys(rule.shared ?? {}).map((name) => [name, pinned[name] ?? rule.shared?.[name]]),
  ) as PinnedConditions;
  const definition = { ...definitionOf(rule), shared };
  const { ruleId } = rule;
  const refused = (code: string): Applied => ({ ruleId, outcome: 'refused', revision: null, code });
  if (!isWritten(rule.mode)) return refused(rule.mode);
  if (validateDefinition(definition, FACT_CATALOG).length > 0) return refused('invalid-rule');
  const order = { type: 'ReviseRule', ruleId, definition, mode: rule.mode, approvals, ...signed } as const;
  try {
    const { revision } = (await shelf.change(order, rule.revision, undefined)).rule;
    return { ruleId, outcome: 'revised', revision, code: null };
  } catch (error) {
    if (error instanceof ProblemException) return refused(error.code);
    throw error;
  }
}

function isWritten(mode: Rule['mode']): mode is WrittenMode {
  return mode === 'draft' || mode === 'active' || mode === 'shadow';
}
