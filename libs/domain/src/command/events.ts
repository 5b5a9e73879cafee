import type { Event } from '../kernel/decider.js';

/** Orders a campaign system can obey; also the bus's `DetailType`. */
export type CommandName =
  'PauseCampaign' | 'ResumeCampaign' | 'AdjustDailyBudget' | 'AdjustBid' | 'NotifyOwner';

export type Severity = 'info' | 'warning' | 'critical';

/** A fact as it was at the decision. */
export type FactValue = number | string | boolean | null | readonly string[];

/** The decision, and word for word the `Detail` on the bus (schemaVersion 1, domain.md §8). */
export interface CommandDetail {
  readonly schemaVersion: 1;
  /** UUIDv5 of (rule, rule revision, campaign, period, threshold or occurrence): consumers de-duplicate on it. */
  readonly commandId: string;
  readonly command: CommandName;
  readonly campaignId: string;
  readonly advertiserId: string | null;
  /** 1-based, per campaign, no gaps. */
  readonly sequence: number;
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly ruleId: string;
  readonly ruleRevision: number;
  readonly severity: Severity;
  /** One sentence that a person reads. */
  readonly reason: string;
  readonly facts: Readonly<Record<string, FactValue>>;
  readonly params: Readonly<Record<string, unknown>>;
  /** The ledger position that made the decision true. */
  readonly cause: { readonly stream: string; readonly revision: number };
  readonly links: { readonly explanation: string };
}

export type AckOutcome = 'applied' | 'rejected' | 'superseded';

interface OfCommand {
  readonly commandId: string;
  readonly at: string;
}

/** What fire-once and the daily maximum count by; stored beside the detail and never put on the bus. */
export interface Firing {
  /** What fire-once counts in: a local day (YYYY-MM-DD), or `flight:<its start>` (`flight` while nobody registered one). */
  readonly period: string;
  /** The local day of the decision (YYYY-MM-DD), what the daily maximum counts in. */
  readonly day?: string;
  /** Names the conditions and the action; a rule that is only renamed has the same threshold. */
  readonly threshold?: string;
}

/** A person ordered it, to undo a command or to have it carried out once more; stored beside the detail. No rule has fired. */
export interface ByHand {
  readonly kind: 'undo' | 'redrive';
  /** The command that it undoes or repeats. */
  readonly commandId: string;
  readonly actor: string;
  readonly reason?: string;
}

/** Stream `command-<campaignId>`. Stored for ever. */
export type CommandEvent =
  | Event<'CommandIssued', CommandDetail & Firing & { readonly byHand?: ByHand }>
  | Event<'CommandDispatched', OfCommand & { readonly bus: string; readonly attempts: number }>
  | Event<
      'CommandAcknowledged',
      OfCommand & { readonly outcome: AckOutcome; readonly detail?: string; readonly actor: string }
    >
  | Event<
      'CommandUnacknowledged',
      OfCommand & {
        readonly command: CommandName;
        readonly severity: Severity;
        readonly ruleId: string;
        readonly dispatchedAt: string;
        readonly expiresAt: string;
      }
    >
  | Event<'CommandExpired', OfCommand>
  | Event<
      'CommandFailed',
      OfCommand & { readonly bus: string; readonly error: string; readonly attempts: number }
    >;

export type CommandState = 'issued' | 'dispatched' | 'acknowledged' | 'expired' | 'failed';
