import {
  definitionHash,
  type CreateRuleRequest,
  type PreviewDraftRequest,
  type ReviseRuleRequest,
  type RuleFile,
  type RuleResponse,
} from '@flightdeck/contracts';
import {
  definitionOf,
  FACTS,
  referencesOf,
  validateDefinition,
  type DefinitionProblem,
  type FactCatalog,
  type Guards,
  type PinnedConditions,
  type Rule,
  type RuleDefinition,
  type RuleScope,
  type WrittenConditions,
} from '@flightdeck/domain';
import { ProblemException } from '@flightdeck/platform';

/** What the catalog says of each fact that a rule's check needs. */
export const FACT_CATALOG: FactCatalog = new Map(FACTS.map(({ name, type }) => [name as string, { type }]));

/** The definition a request makes, with the shared conditions (of those that are `known`) that it names. @throws {ProblemException} 422 with a pointer to each thing that the catalog refuses. */
export function definitionFrom(
  body: CreateRuleRequest | ReviseRuleRequest | PreviewDraftRequest | RuleFile,
  known: PinnedConditions,
): RuleDefinition {
  const { definition, problems } = checkedDefinition(body, known);
  if (problems.length === 0) return definition;
  throw new ProblemException(422, 'invalid-rule', 'The rule cannot be evaluated as it is written.', {
    errors: problems.map(({ pointer, message }) => ({ pointer, detail: message })),
  });
}

/** As {@link definitionFrom}, with what is wrong instead of an exception; then the definition is not to be used. */
export function checkedDefinition(
  body: CreateRuleRequest | ReviseRuleRequest | PreviewDraftRequest | RuleFile,
  known: PinnedConditions,
): { readonly definition: RuleDefinition; readonly problems: readonly DefinitionProblem[] } {
  const { name, scope, conditions, action, severity, priority, rollout } = body;
  const definition: RuleDefinition = {
    name,
    scope,
    conditions: conditions as unknown as WrittenConditions, // its inside is checked in the next line
    action,
    severity,
    guards: given(body.guards),
    priority,
    ...(rollout === undefined ? {} : { rollout }),
  };
  const problems = validateDefinition({ ...definition, shared: known }, FACT_CATALOG);
  if (problems.length > 0) return { definition, problems };
  const named = [definition.conditions, definition.guards.rearm].flatMap((one) =>
    one === undefined ? [] : referencesOf(one),
  );
  if (named.length === 0) return { definition, problems };
  const shared = Object.fromEntries(Object.entries(known).filter(([name]) => named.includes(name)));
  return { definition: { ...definition, shared }, problems };
}

function given(guards: CreateRuleRequest['guards']): Guards {
  const written = Object.entries(guards).filter(([, value]) => value !== undefined);
  return Object.fromEntries(written); // its inside is checked with the rest of the definition
}

/** A rule as the API tells it. */
export function ruleResponse(rule: Rule): RuleResponse {
  const { ruleId, revision, mode, author, name, scope, conditions, action, severity, guards, priority } =
    rule;
  const { rollout = null, submission, shared = {}, authorPerson = null } = rule;
  return {
    ...{ ruleId, revision, mode, author, authorPerson, name, severity, priority },
    hash: definitionHash(definitionOf(rule)),
    scope: scopeResponse(scope),
    conditions: { ...conditions },
    action: { command: action.command, params: action.params },
    guards: { ...guards },
    rollout: rollout === null ? null : 'tags' in rollout ? { tags: [...rollout.tags] } : rollout,
    shared: Object.fromEntries(
      Object.entries(shared).map(([id, pinned]) => [id, { ...pinned, conditions: { ...pinned.conditions } }]),
    ),
    submission: submission === undefined ? null : submissionResponse(submission),
  };
}

function scopeResponse(scope: RuleScope): RuleResponse['scope'] {
  if ('campaignIds' in scope) return { campaignIds: [...scope.campaignIds] };
  return 'tags' in scope ? { tags: [...scope.tags] } : scope;
}

function submissionResponse({
  actor,
  person,
  wanted,
  hash,
  expiresAt,
}: NonNullable<Rule['submission']>): RuleResponse['submission'] {
  return { actor, person: person ?? null, wanted, hash, expiresAt };
}
