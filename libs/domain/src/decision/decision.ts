import { accept, reject, type Decider } from '../kernel/decider.js';
import type { Guards } from '../rule/rule.js';
import {
  afterFiring,
  firingRefusal,
  SPENT_KEPT,
  type FiringRefusal,
  type RuleFirings,
} from '../command/firing.js';
import { RULES_REMEMBERED_MAX } from '../command/command.js';
import type { DecisionEvent, WouldBe } from './events.js';

/** What one rule has decided for one campaign without ordering anything. */
export interface RuleDecisions {
  /** As shadow. */
  readonly firings?: RuleFirings;
  /** The last pairs of period and threshold in which it was suppressed, oldest first. */
  readonly suppressed: readonly string[];
  /** The last local day on which it was blind. */
  readonly blindOn?: string;
  readonly rearmedAfter?: number;
}

/** By `ruleId`, the longest silent rule first; bounded. */
export type DecisionBook = ReadonlyMap<string, RuleDecisions>;

/** What can be recorded. Repeating any of it changes nothing. */
export type DecisionCommand =
  | ({
      readonly type: 'RecordShadow';
      readonly at: string;
      readonly guards: Guards;
      readonly rearmedAfter?: number;
    } & WouldBe)
  | ({
      readonly type: 'RecordSuppressed';
      readonly at: string;
      readonly by: string;
      readonly why: string;
    } & WouldBe)
  | ({ readonly type: 'RecordBlind'; readonly day: string; readonly lagSeconds: number } & OfRule)
  | ({ readonly type: 'RecordRearmed'; readonly firings: number } & OfRule);

interface OfRule {
  readonly ruleId: string;
  readonly ruleRevision: number;
  readonly campaignId: string;
  readonly at: string;
}

const NOTHING: RuleDecisions = { suppressed: [] };

/** The decisions about one campaign that ordered nothing, stream `decision-<campaignId>`. */
export const decision: Decider<DecisionCommand, DecisionEvent, DecisionBook, FiringRefusal> = {
  initial: new Map(),

  evolve: (book, event) => {
    const { ruleId } = event.data;
    const known = book.get(ruleId) ?? NOTHING;
    const next = new Map(book);
    next.delete(ruleId);
    next.set(ruleId, after(known, event));
    if (next.size > RULES_REMEMBERED_MAX) next.delete(next.keys().next().value ?? '');
    return next;
  },

  decide: (command, book) => {
    switch (command.type) {
      case 'RecordShadow': {
        const { at, proposed, firing, guards, rearmedAfter } = command;
        const rearmed = rearmedAfter === undefined ? {} : { rearmedAfter };
        const refusal = firingRefusal(
          book.get(proposed.ruleId)?.firings,
          { ...firing, at, ...rearmed },
          guards,
        );
        if (refusal !== undefined) return reject(refusal);
        return accept({ type: 'ShadowDecided', data: { ...ofRule(command), proposed, firing } });
      }
      case 'RecordSuppressed': {
        const { proposed, firing, by, why } = command;
        if (book.get(proposed.ruleId)?.suppressed.includes(pair(command)) === true) return accept();
        return accept({ type: 'CommandSuppressed', data: { ...ofRule(command), proposed, firing, by, why } });
      }
      case 'RecordBlind': {
        const { type: _, ...data } = command;
        return book.get(command.ruleId)?.blindOn === command.day
          ? accept()
          : accept({ type: 'RuleWentBlind', data });
      }
      case 'RecordRearmed': {
        const { type: _, ...data } = command;
        return book.get(command.ruleId)?.rearmedAfter === command.firings
          ? accept()
          : accept({ type: 'RuleRearmed', data });
      }
    }
  },
};

function after(known: RuleDecisions, event: DecisionEvent): RuleDecisions {
  switch (event.type) {
    case 'ShadowDecided': {
      const { at, firing, proposed } = event.data;
      const issued = { ...proposed, ...firing, issuedAt: at };
      return { ...known, firings: afterFiring(known.firings, issued) };
    }
    case 'CommandSuppressed':
      return { ...known, suppressed: [...known.suppressed, pair(event.data)].slice(-SPENT_KEPT) };
    case 'RuleWentBlind':
      return { ...known, blindOn: event.data.day };
    case 'RuleRearmed':
      return { ...known, rearmedAfter: event.data.firings };
  }
}

function ofRule({ at, proposed }: WouldBe & { readonly at: string }): OfRule {
  const { ruleId, ruleRevision, campaignId } = proposed;
  return { ruleId, ruleRevision, campaignId, at };
}

function pair({ firing }: WouldBe): string {
  return `${firing.period} ${firing.threshold}`;
}
