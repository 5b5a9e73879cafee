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
  /** Also for campaigns that are paused, ended or not in flight. */
  readonly evenWhenNotServing?: boolean;
}

export interface RuleDefinition {
  readonly name: string;
  readonly scope: RuleScope;
  readonly conditions: Conditions;
  readonly action: { readonly command: CommandName; readonly params: Readonly<Record<string, unknown>> };
  readonly severity: Severity;
  readonly guards: Guards;
  /** Higher is evaluated first, 1 to 1000. */
  readonly priority: number;
}

export type RuleMode = 'draft' | 'active' | 'disabled';

interface RuleProvenance {
  readonly ruleId: string;
  readonly actor: string;
  readonly reason?: string;
  readonly at: string;
}

/** Stream `rule-<id>`; a rule's revision is its stream revision. Stored for ever. */
export type RuleEvent =
  | Event<
      'RuleCreated',
      RuleProvenance & { readonly definition: RuleDefinition; readonly mode: 'draft' | 'active' }
    >
  | Event<
      'RuleRevised',
      RuleProvenance & { readonly definition: RuleDefinition; readonly mode: 'draft' | 'active' }
    >
  | Event<'RuleDisabled', RuleProvenance>;

/** A rule as its facts left it. `revision` counts from 0 like its stream. */
export interface Rule extends RuleDefinition {
  readonly ruleId: string;
  readonly revision: number;
  readonly mode: RuleMode;
  readonly author: string;
}
