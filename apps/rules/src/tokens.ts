import type { BatchSource } from '@flightdeck/platform';
import type { Acknowledged } from './dispatch/outbox.js';

/** Patterns under which the LedgerTransport hands over `rule-*` and `command-*`. */
export const RULE_BOOK_PATTERN = 'rules.rule-book';
export const OUTBOX_PATTERN = 'rules.outbox';

/** What the composition decides for the rules. */
export interface RulesOptions {
  /** A loop of the rules has ended for good: nothing is evaluated or sent any more, so the process should end. */
  readonly onFatal: (error: unknown, part: string) => void;
  /** How long a campaign system may take to answer a command before that is an alert. */
  readonly acknowledgeWithinMs: number;
}

export type React = (acknowledged: Acknowledged) => Promise<void>;

/** Nest injection tokens. */
export const RULES_OPTIONS = Symbol('RulesOptions');
/** The streams that the rules need from a LedgerTransport: `readonly BatchSource[]`. */
export const RULES_SOURCES = Symbol('RulesSources');
/** Counters of this process: `RulesStats`. */
export const RULES_STATS = Symbol('RulesStats');
export const REACT = Symbol('React');

export type RulesSources = readonly BatchSource[];
