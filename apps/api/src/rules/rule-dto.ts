import {
  definitionHash,
  type CreateRuleRequest,
  type PreviewDraftRequest,
  type ReviseRuleRequest,
  type RuleResponse,
} from '@flightdeck/contracts';
import {
  definitionOf,
  FACTS,
  validateDefinition,
  type Conditions,
  type Guards,
  type Rule,
  type RuleDefinition,
  type RuleScope,
} from '@flightdeck/domain';
import { ProblemException } from '@flightdeck/platform';

const CATALOG = new Map(FACTS.map((fact) => [fact.name as string, { type: fact.type }]));

/** The definition a request makes. @throws {ProblemException} 422 with a pointer to each thing that the catalog refuses. */
export function definitionFrom(
  body: CreateRuleRequest | ReviseRuleRequest | PreviewDraftRequest,
): RuleDefinition {
  const { name, scope, conditions, action, severity, priority, rollout } = body;
  const definition: RuleDefinition = {
    name,
    scope,
    conditions: conditions as unknown as Conditions, // its inside is checked in the next line
    action,
    severity,
    guards: given(body.guards),
    priority,
    ...(rollout === undefined ? {} : { rollout }),
  };
  const problems = validateDefinition(definition, CATALOG);
  if (problems.length === 0) return definition;
  throw new ProblemException(422, 'invalid-rule', 'The rule cannot be evaluated as it is written.', {
    errors: problems.map(({ pointer, message }) => ({ pointer, detail: message })),
  });
}

function given(guards: CreateRuleRequest['guards']): Guards {
  const written = Object.entries(guards).filter(([, value]) => value !== undefined);
  return Object.fromEntries(written); // its inside is checked with the rest of the definition
}

/** A rule as the API tells it. */
export function ruleResponse(rule: Rule): RuleResponse {
  const { ruleId, revision, mode, author, name, scope, conditions, action, severity, guards, priority } =
    rule;
  const { rollout = null, submission } = rule;
  return {
    ...{ ruleId, revision, mode, author, name, severity, priority },
    hash: definitionHash(definitionOf(rule)),
    scope: scopeResponse(scope),
    conditions: { ...conditions },
    action: { command: action.command, params: action.params },
    guards: { ...guards },
    rollout: rollout === null ? null : 'tags' in rollout ? { tags: [...rollout.tags] } : rollout,
    submission: submission === undefined ? null : submissionResponse(submission),
  };
}

function scopeResponse(scope: RuleScope): RuleResponse['scope'] {
  if ('campaignIds' in scope) return { campaignIds: [...scope.campaignIds] };
  return 'tags' in scope ? { tags: [...scope.tags] } : scope;
}

function submissionResponse({
  actor,
  wanted,
  hash,
  expiresAt,
}: NonNullable<Rule['submission']>): RuleResponse['submission'] {
  return { actor, wanted, hash, expiresAt };
}
