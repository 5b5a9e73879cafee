import { accept, reject, unreachable, type Decider, type Decision } from '../kernel/decider.js';
import { sameJson } from '../kernel/same-json.js';
import { formatInstant } from '../time/format-instant.js';
import { parseInstant } from '../time/instant.js';
import type { Rule, RuleDefinition, RuleEvent, WrittenMode } from './rule.js';

interface RuleOrder {
  readonly ruleId: string;
  readonly actor: string;
  /** The person behind the actor, if the actor's key names one. */
  readonly person?: string;
  readonly reason?: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

interface Wording {
  readonly definition: RuleDefinition;
  readonly mode: WrittenMode;
}

/** Names a definition by its content. */
type HashOf = (definition: RuleDefinition) => string;

/** How long an approval can be given for: who approves should still know what the author meant. */
export const SUBMISSION_LASTS_MS = 7 * 24 * 60 * 60_000;

/**
 * What can be asked of a rule. A disabled rule is active again once it is revised as `active`, where no approval is required, or
 * submitted and approved. An approval names the revision that the approver has read.
 */
export type RuleCommand =
  | ({ readonly type: 'CreateRule'; readonly approvals?: Approvals } & RuleOrder & Wording)
  | ({ readonly type: 'ReviseRule'; readonly approvals?: Approvals } & RuleOrder & Wording)
  /** Whatever is there, or nothing yet. */
  | ({ readonly type: 'WriteRule'; readonly approvals?: Approvals } & RuleOrder & Wording)
  | ({
      readonly type: 'SubmitRule';
      readonly wanted: 'active' | 'shadow';
      readonly hashOf: HashOf;
    } & RuleOrder)
  | ({ readonly type: 'ApproveRule'; readonly revision: number; readonly hashOf: HashOf } & RuleOrder)
  | ({ readonly type: 'RejectRule' } & RuleOrder)
  | ({ readonly type: 'DisableRule' } & RuleOrder);

/** `required`: what is sent to campaigns needs a second person. A shadow rule sends nothing, so it needs none. */
export type Approvals = 'off' | 'required';

export type RuleRejection =
  | { readonly code: 'RuleExists' }
  | { readonly code: 'NoSuchRule' }
  | { readonly code: 'ApprovalRequired' }
  | { readonly code: 'NotPending' }
  | { readonly code: 'NotSubmittable' }
  | { readonly code: 'OtherRevision' }
  | { readonly code: 'ApprovalExpired' }
  | { readonly code: 'NobodyNamed' }
  | { readonly code: 'SamePerson' };

type Outcome = Decision<RuleEvent, RuleRejection>;

/** One rule, stream `rule-<id>`. What a definition may say is checked before, by `validateDefinition`. */
export const rule: Decider<RuleCommand, RuleEvent, Rule | undefined, RuleRejection> = {
  initial: undefined,

  evolve: (state, event) => {
    if (event.type === 'RuleCreated') return worded(event.data, 0);
    if (event.type === 'RuleRevised') return worded(event.data, (state?.revision ?? -1) + 1);
    return state === undefined ? undefined : moved(state, event);
  },

  decide: (command, state) => {
    switch (command.type) {
      case 'CreateRule':
        if (state !== undefined) return isAlready(state, command) ? accept() : reject({ code: 'RuleExists' });
        return write(command, 'RuleCreated');
      case 'ReviseRule':
        if (state === undefined) return reject({ code: 'NoSuchRule' });
        return isAlready(state, command) ? accept() : write(command, 'RuleRevised');
      case 'WriteRule':
        if (state === undefined) return write(command, 'RuleCreated');
        return isAlready(state, command) ? accept() : write(command, 'RuleRevised');
      case 'SubmitRule':
        return state === undefined ? reject({ code: 'NoSuchRule' }) : submit(command, state);
      case 'ApproveRule':
        return state === undefined ? reject({ code: 'NoSuchRule' }) : approve(command, state);
      case 'RejectRule':
        if (state === undefined) return reject({ code: 'NoSuchRule' });
        if (state.submission === undefined) return reject({ code: 'NotPending' });
        return accept({ type: 'RuleRejected', data: order(command) });
      case 'DisableRule':
        if (state === undefined) return reject({ code: 'NoSuchRule' });
        return state.mode === 'disabled' ? accept() : accept({ type: 'RuleDisabled', data: order(command) });
      default:
        return unreachable(command);
    }
  },
};

/** The part of a rule that its author wrote. */
export function definitionOf(from: RuleDefinition): RuleDefinition {
  const { name, scope, conditions, action, severity, guards, priority, rollout, shared } = from;
  const written = { name, scope, conditions, action, severity, guards, priority };
  return {
    ...written,
    ...(rollout === undefined ? {} : { rollout }),
    ...(shared === undefined ? {} : { shared }),
  };
}

function worded({ ruleId, definition, mode, actor, person }: RuleOrder & Wording, revision: number): Rule {
  const written = { ...definition, ruleId, mode, author: actor, revision };
  return person === undefined ? written : { ...written, authorPerson: person };
}

function moved(
  { submission, ...state }: Rule,
  event: Exclude<RuleEvent, { type: 'RuleCreated' | 'RuleRevised' }>,
): Rule {
  const revision = state.revision + 1;
  switch (event.type) {
    case 'RuleSubmitted': {
      const { hash, wanted, expiresAt, actor, person } = event.data;
      const asked = { hash, wanted, expiresAt, actor, ...(person === undefined ? {} : { person }) };
      return { ...state, mode: 'pending', revision, submission: asked };
    }
    case 'RuleApproved':
      return { ...state, mode: submission?.wanted ?? 'draft', revision };
    case 'RuleRejected':
      return { ...state, mode: 'draft', revision };
    case 'RuleDisabled':
      return { ...state, mode: 'disabled', revision };
    default:
      return unreachable(event);
  }
}

function write(
  command: RuleOrder & Wording & { approvals?: Approvals },
  type: 'RuleCreated' | 'RuleRevised',
): Outcome {
  if (command.approvals === 'required' && command.mode === 'active')
    return reject({ code: 'ApprovalRequired' });
  return accept({ type, data: { ...order(command), ...wording(command) } });
}

function submit(command: Extract<RuleCommand, { type: 'SubmitRule' }>, state: Rule): Outcome {
  const hash = command.hashOf(definitionOf(state));
  const expiresMs = (parseInstant(command.at) ?? 0) + SUBMISSION_LASTS_MS;
  const { submission } = state;
  if (submission?.wanted === command.wanted && !isPast(submission.expiresAt, command.at)) return accept();
  if (state.mode === command.wanted) return reject({ code: 'NotSubmittable' });
  const data = { ...order(command), hash, wanted: command.wanted, expiresAt: formatInstant(expiresMs) };
  return accept({ type: 'RuleSubmitted', data });
}

/**
 * Four eyes are two persons, not two keys: the approver's key names a person, and so did the author's and the submitter's, and
 * they are others. What is approved is the definition that the approver read, by its revision and its hash.
 */
function approve(command: Extract<RuleCommand, { type: 'ApproveRule' }>, state: Rule): Outcome {
  const { submission } = state;
  if (submission === undefined) return reject({ code: 'NotPending' });
  if (command.revision !== state.revision) return reject({ code: 'OtherRevision' });
  if (submission.hash !== command.hashOf(definitionOf(state))) return reject({ code: 'OtherRevision' });
  if (isPast(submission.expiresAt, command.at)) return reject({ code: 'ApprovalExpired' });
  const wrote = [state.authorPerson, submission.person];
  if (command.person === undefined || wrote.includes(undefined)) return reject({ code: 'NobodyNamed' });
  if (wrote.includes(command.person) || [state.author, submission.actor].includes(command.actor))
    return reject({ code: 'SamePerson' });
  return accept({ type: 'RuleApproved', data: { ...order(command), hash: submission.hash } });
}

function isPast(until: string, at: string): boolean {
  return (parseInstant(at) ?? Infinity) >= (parseInstant(until) ?? 0);
}

function isAlready(state: Rule, command: Wording): boolean {
  return state.mode === command.mode && sameJson(definitionOf(state), definitionOf(command.definition));
}

function wording({ definition, mode }: Wording): Wording {
  return { definition: definitionOf(definition), mode };
}

function order({ ruleId, actor, person, reason, at }: RuleOrder): RuleOrder {
  const named = person === undefined ? {} : { person };
  return { ruleId, actor, ...named, ...(reason === undefined ? {} : { reason }), at };
}
