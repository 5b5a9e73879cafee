import type { ProposedCommand } from '../command/command.js';
import type { Firing } from '../command/events.js';
import type { Event } from '../kernel/decider.js';

interface OfRule {
  readonly ruleId: string;
  readonly ruleRevision: number;
  readonly campaignId: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

/** What a rule would have ordered, word for word, and what fire-once counts it by. */
export interface WouldBe {
  readonly proposed: ProposedCommand;
  readonly firing: Required<Firing>;
}

/** Stream `decision-<campaignId>`: what rules decided without ordering anything. Stored for ever. Never on the bus. */
export type DecisionEvent =
  /** A rule in shadow mode would have fired. */
  | Event<'ShadowDecided', OfRule & WouldBe>
  /** A rule lost against one that restricts. */
  | Event<'CommandSuppressed', OfRule & WouldBe & { readonly by: string; readonly why: string }>
  /** A rule could not see: its facts were older than it allows. An alert, once a local day. */
  | Event<'RuleWentBlind', OfRule & { readonly day: string; readonly lagSeconds: number }>
  /** After so many firings, the rule may fire again. */
  | Event<'RuleRearmed', OfRule & { readonly firings: number }>;
