import { accept, reject, type Decider } from '../kernel/decider.js';
import type { Event } from '../kernel/decider.js';
import { sameJson } from '../kernel/same-json.js';
import type { Conditions } from '../rule/rule.js';

interface Provenance {
  readonly conditionId: string;
  readonly actor: string;
  readonly reason?: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

/** Stream `condition-<id>`; a revision is the stream's. Stored for ever. */
export type SharedConditionEvent =
  Event<'SharedConditionWritten', Provenance & Wording> | Event<'SharedConditionRetired', Provenance>;

interface Wording {
  /** What it means, in a sentence for those who use it. */
  readonly meaning: string;
  readonly conditions: Conditions;
}

/** A named condition that rules share. A rule keeps the revision that it was saved with. */
export interface SharedCondition extends Wording {
  readonly conditionId: string;
  readonly revision: number;
  readonly author: string;
  /** No rule can be saved with it any more; those that were go on. */
  readonly retired: boolean;
}

export type SharedConditionCommand =
  | ({ readonly type: 'WriteSharedCondition' } & Provenance & Wording)
  | ({ readonly type: 'RetireSharedCondition' } & Provenance);

export type SharedConditionRejection = { readonly code: 'NoSuchCondition' };

/** One shared condition. What it may say is checked before, as a rule's conditions are. */
export const sharedCondition: Decider<
  SharedConditionCommand,
  SharedConditionEvent,
  SharedCondition | undefined,
  SharedConditionRejection
> = {
  initial: undefined,

  evolve: (state, event) => {
    const revision = (state?.revision ?? -1) + 1;
    if (event.type === 'SharedConditionRetired')
      return state === undefined ? undefined : { ...state, revision, retired: true };
    const { conditionId, meaning, conditions, actor } = event.data;
    return { conditionId, meaning, conditions, author: actor, revision, retired: false };
  },

  decide: (command, state) => {
    const { type: _, ...said } = command;
    if (command.type === 'RetireSharedCondition') {
      if (state === undefined) return reject({ code: 'NoSuchCondition' });
      return state.retired ? accept() : accept({ type: 'SharedConditionRetired', data: said });
    }
    const { meaning, conditions } = command;
    const isSame =
      state?.retired === false && state.meaning === meaning && sameJson(state.conditions, conditions);
    return isSame
      ? accept()
      : accept({ type: 'SharedConditionWritten', data: { ...said, meaning, conditions } });
  },
};
