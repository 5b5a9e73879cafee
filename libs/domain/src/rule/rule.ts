import type { CommandName, Severity } from '../command/events.js';
import type { Event } from '../kernel/decider.js';

export type RuleScope =
  | { readonly all: true }
  | { readonly campaignIds: readonly string[] }
  | { readonly advertiserId: string }
  | { readonly tags: readonly string[] };

/** One comparison of a fact with a value or with another fact: a leaf of json-rules-engine's conditions. */
export interface Comparison {
  readonly fact: string;
  readonly operator: string;
  readonly value: unknown;
}
/** json-rules-engine conditions over the facts catalog: `all`, `any`, `not`, nested. */
export type Conditions =
  | { readonly all: readonly (Conditions | Comparison)[] }
  | { readonly any: readonly (Conditions | Comparison)[] }
  | { readonly not: Conditions | Comparison };

/** Stands for a named shared condition: json-rules-engine's `condition` reference. */
export interface SharedReference {
  readonly condition: string;
}

/** Conditions as an author writes them: any group may name a shared condition. */
export type WrittenConditions =
  | { readonly all: readonly WrittenNode[] }
  | { readonly any: readonly WrittenNode[] }
  | { readonly not: WrittenNode }
  | SharedReference;
export type WrittenNode = WrittenConditions | Comparison;

/**
 * The revisions of the shared conditions that a rule was saved with. They are part of its definition, so that nobody changes an
 * approved rule by changing what it names, and so that a decision can be made again from the rule's own history.
 */
export type PinnedConditions = Readonly<
  Record<string, { readonly revision: number; readonly conditions: Conditions }>
>;

/** Days and hours in which a rule may act. `fromHour` after `toHour` is a night: from the evening over midnight to the morning. */
export interface Schedule {
  /** ISO 8601: 1 = Monday to 7 = Sunday. Absent: every day. */
  readonly days?: readonly number[];
  /** The first hour, 0 to 23. */
  readonly fromHour?: number;
  /** The hour before which it ends, 1 to 24. */
  readonly toHour?: number;
  /** IANA zone; absent: the campaign's own. */
  readonly zone?: string;
}

/** To which of the scope's campaigns a rule is rolled out: a share of them, always the same ones, or those with one of the tags. */
export type Rollout = { readonly percent: number } | { readonly tags: readonly string[] };

/** Limits that keep a rule from becoming an alert storm. Absent: once per local day, no cooldown, no minimum sample. */
export interface Guards {
  /** How often a rule may fire for one campaign: once a local day, once a flight, or whenever the cooldown allows. */
  readonly fireOncePer?: 'day' | 'flight' | 'none';
  readonly cooldownMinutes?: number;
  readonly maxPerDay?: number;
  /** The fewest impressions today before rates mean anything. */
  readonly minSample?: number;
  /** Facts older than this are too stale to act on. */
  readonly maxLagSeconds?: number;
  /** Hysteresis: for how long the conditions must have been false (or {@link rearm} true) before the rule may fire again. */
  readonly rearmAfterMinutes?: number;
  /** What must hold for that long, instead of the conditions being false. */
  readonly rearm?: WrittenConditions;
  /** When the rule may act at all. */
  readonly schedule?: Schedule;
  /** Also for campaigns that are paused, ended or not in flight. */
  readonly evenWhenNotServing?: boolean;
}

export interface RuleDefinition {
  readonly name: string;
  readonly scope: RuleScope;
  readonly conditions: WrittenConditions;
  readonly action: { readonly command: CommandName; readonly params: Readonly<Record<string, unknown>> };
  readonly severity: Severity;
  readonly guards: Guards;
  /** Higher is evaluated first, 1 to 1000. */
  readonly priority: number;
  /** Absent: every campaign of the scope. */
  readonly rollout?: Rollout;
  /** What the conditions name, as it was when the rule was saved; absent when they name nothing. */
  readonly shared?: PinnedConditions;
}

/** `shadow`: evaluated live, its decisions recorded and never sent. `pending`: waits for somebody else's approval. */
export type RuleMode = 'draft' | 'pending' | 'active' | 'shadow' | 'disabled';

interface RuleProvenance {
  readonly ruleId: string;
  readonly actor: string;
  readonly reason?: string;
  readonly at: string;
  /** The person behind the actor, who may have several keys; absent when the key names nobody. */
  readonly person?: string;
}

/** What an author can ask for without anybody's approval, where none is required. */
export type WrittenMode = 'draft' | 'active' | 'shadow';

/** Stream `rule-<id>`; a rule's revision is its stream revision. Stored for ever. */
export type RuleEvent =
  | Event<'RuleCreated', RuleProvenance & { readonly definition: RuleDefinition; readonly mode: WrittenMode }>
  | Event<'RuleRevised', RuleProvenance & { readonly definition: RuleDefinition; readonly mode: WrittenMode }>
  | Event<'RuleSubmitted', RuleProvenance & Submission>
  | Event<'RuleApproved', RuleProvenance & { readonly hash: string }>
  | Event<'RuleRejected', RuleProvenance>
  | Event<'RuleDisabled', RuleProvenance>;

/** What an approver is asked: exactly this definition (`hash`), in this mode, until then (RFC 3339 UTC). */
export interface Submission {
  readonly hash: string;
  readonly wanted: 'active' | 'shadow';
  readonly expiresAt: string;
}

/** A rule as its facts left it. `revision` counts from 0 like its stream. */
export interface Rule extends RuleDefinition {
  readonly ruleId: string;
  readonly revision: number;
  readonly mode: RuleMode;
  readonly author: string;
  /** The person who wrote the definition as it is; absent when the author's key names nobody. */
  readonly authorPerson?: string;
  /** While it waits for approval; who asked may not approve either. */
  readonly submission?: Submission & { readonly actor: string; readonly person?: string };
}
