import { accept, reject, unreachable, type Decider } from '../kernel/decider.js';
import { sameJson } from '../kernel/same-json.js';
import type { Rule, RuleDefinition, RuleEvent } from './rule.js';

interface RuleOrder {
  readonly ruleId: string;
  readonly actor: string;
  readonly reason?: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

interface Wording {
  readonly definition: RuleDefinition;
  readonly mode: 'draft' | 'active';
}

/** What can be asked of a rule. A disabled rule is active again once it is revised as `active`. */
export type RuleCommand =
  | ({ readonly type: 'CreateRule' } & RuleOrder & Wording)
  | ({ readonly type: 'ReviseRule' } & RuleOrder & Wording)
  | ({ readonly type: 'DisableRule' } & RuleOrder);

export type RuleRejection = { readonly code: 'RuleExists' } | { readonly code: 'NoSuchRule' };

/** One rule, stream `rule-<id>`. What a definition may say is checked before, by `validateDefinition`. */
export const rule: Decider<RuleCommand, RuleEvent, Rule | undefined, RuleRejection> = {
  initial: undefined,

  evolve: (state, event) => {
    switch (event.type) {
      case 'RuleCreated': {
        const { ruleId, definition, mode, actor } = event.data;
        return { ...definition, ruleId, mode, author: actor, revision: 0 };
      }
      case 'RuleRevised': {
        const { ruleId, definition, mode, actor } = event.data;
        return { ...definition, ruleId, mode, author: actor, revision: (state?.revision ?? -1) + 1 };
      }
      case 'RuleDisabled':
        return state === undefined ? undefined : { ...state, mode: 'disabled', revision: state.revision + 1 };
      default:
        return unreachable(event);
    }
  },

  decide: (command, state) => {
    switch (command.type) {
      case 'CreateRule':
        if (state === undefined)
          return accept({ type: 'RuleCreated', data: { ...order(command), ...wording(command) } });
        return isAlready(state, command) ? accept() : reject({ code: 'RuleExists' });
      case 'ReviseRule':
        if (state === undefined) return reject({ code: 'NoSuchRule' });
        if (isAlready(state, command)) return accept();
        return accept({ type: 'RuleRevised', data: { ...order(command), ...wording(command) } });
      case 'DisableRule':
        if (state === undefined) return reject({ code: 'NoSuchRule' });
        if (state.mode === 'disabled') return accept();
        return accept({ type: 'RuleDisabled', data: order(command) });
      default:
        return unreachable(command);
    }
  },
};

/** The part of a rule that its author wrote. */
export function definitionOf(from: RuleDefinition): RuleDefinition {
  const { name, scope, conditions, action, severity, guards, priority } = from;
  return { name, scope, conditions, action, severity, guards, priority };
}

function isAlready(state: Rule, command: Wording): boolean {
  return state.mode === command.mode && sameJson(definitionOf(state), definitionOf(command.definition));
}

function wording({ definition, mode }: Wording): Wording {
  return { definition: definitionOf(definition), mode };
}

function order({ ruleId, actor, reason, at }: RuleOrder): RuleOrder {
  return { ruleId, actor, ...(reason === undefined ? {} : { reason }), at };
}
