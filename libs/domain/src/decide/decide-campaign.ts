import type { Campaign } from '../campaign/events.js';
import type { ProposedCommand } from '../command/command.js';
import { firingRefusal, type FiringRefusal, type RuleFirings } from '../command/firing.js';
import type { CampaignFigures } from '../figures/figures.js';
import type { Rule } from '../rule/rule.js';
import { formatInstant } from '../time/format-instant.js';
import { losesTo, pullOf, type Wanting } from './conflict.js';
import type { FactSource } from './fact-source.js';
import { silenceOf, type Silence } from './guards.js';
import { paramsOf } from './params.js';
import type { PreparedRule } from './prepared-rule.js';
import { firingOf, propose, type Matched } from './propose.js';

/** What the guards remember of a campaign: folds of its `command-*` and `decision-*` streams. */
export interface GuardState {
  /** What a rule has done: commands for an active rule, recorded decisions for a shadow one. */
  readonly firings: (rule: Rule) => RuleFirings | undefined;
  /** The number of firings after which the rule was last rearmed. */
  readonly rearmedAfter: (rule: Rule) => number | undefined;
}

/** A campaign at a moment: the same situation and the same guard state give the same decisions, live, in a preview, in a replay. */
export interface Situation {
  readonly campaign: Campaign | undefined;
  readonly figures: CampaignFigures;
  readonly facts: FactSource;
  readonly nowMs: number;
}

export type Verdict =
  | { readonly kind: 'fires'; readonly matched: Matched; readonly proposed: ProposedCommand }
  | {
      readonly kind: 'suppressed';
      readonly matched: Matched;
      readonly proposed: ProposedCommand;
      readonly by: Rule;
    }
  | { readonly kind: 'skipped'; readonly why: Silence | FiringRefusal['code'] | 'no-parameters' }
  | { readonly kind: 'not-matched' }
  | { readonly kind: 'failed'; readonly error: unknown };

export interface RuleVerdict {
  readonly prepared: PreparedRule;
  readonly verdict: Verdict;
}

/**
 * What each rule makes of a campaign, in the rules' own order. A rule whose conditions hold keeps those that pull the other way
 * from acting for as long as they hold, also after it has fired: else a pause and a resume would take turns. Only active rules
 * keep active ones from acting, and shadow rules are measured against both. A rule that throws fails alone.
 */
export function decideCampaign(
  rules: readonly PreparedRule[],
  situation: Situation,
  state: GuardState,
): readonly RuleVerdict[] {
  const looks = rules.map((prepared) => look(prepared, situation, state));
  const wanting = looks.flatMap(({ wants }) => (wants === undefined ? [] : [wants]));
  return looks.map(({ prepared, verdict, wants }) => {
    if (verdict.kind !== 'fires' || wants === undefined) return { prepared, verdict };
    const others =
      prepared.rule.mode === 'shadow' ? wanting : wanting.filter(({ rule }) => rule.mode !== 'shadow');
    const by = losesTo(wants, others);
    return { prepared, verdict: by === undefined ? verdict : { ...verdict, kind: 'suppressed', by } };
  });
}

const NOT_MATCHED: Verdict = { kind: 'not-matched' };

interface Look extends RuleVerdict {
  /** What the rule wants of the campaign, whether it may act just now or not. */
  readonly wants?: Wanting;
}

function look(prepared: PreparedRule, situation: Situation, state: GuardState): Look {
  try {
    return lookAt(prepared, situation, state);
  } catch (error) {
    return { prepared, verdict: { kind: 'failed', error } };
  }
}

function lookAt(prepared: PreparedRule, situation: Situation, state: GuardState): Look {
  const { rule } = prepared;
  const { campaign, facts, nowMs, figures } = situation;
  const isSilent = (): Silence | undefined =>
    silenceOf(rule, { campaignId: figures.campaignId, campaign, facts, nowMs });
  // Only blindness is told of a rule that does not match; most rules cannot be blind, and do not match.
  if (rule.guards.maxLagSeconds !== undefined && isSilent() === 'blind')
    return { prepared, verdict: { kind: 'skipped', why: 'blind' } };
  if (!prepared.matches(facts)) return { prepared, verdict: NOT_MATCHED };
  const silence = isSilent();
  const params = paramsOf(rule, campaign);
  if (params === undefined)
    return { prepared, verdict: { kind: 'skipped', why: silence ?? 'no-parameters' } };
  const wants = { rule, pull: pullOf(rule, params) };
  const why = silence ?? refusalOf(prepared, situation, state);
  if (why !== undefined) {
    const verdict: Verdict = { kind: 'skipped', why };
    return GOVERNS_IN_SILENCE.has(why) ? { prepared, verdict, wants } : { prepared, verdict };
  }
  const matched: Matched = { prepared, ...situation };
  const proposed = propose(matched);
  if (proposed === undefined) return { prepared, verdict: { kind: 'skipped', why: 'no-parameters' } };
  return { prepared, verdict: { kind: 'fires', matched, proposed }, wants };
}

/** A rule that has acted goes on governing while its conditions hold; one that may not act yet governs nothing. */
const GOVERNS_IN_SILENCE: ReadonlySet<string> = new Set<Silence | FiringRefusal['code']>([
  'not-serving',
  'AlreadyFired',
  'InCooldown',
  'DailyMaximum',
  'NotRearmed',
]);

/** What speaks against a rule's firing once more, before anything is asked of the facts. */
export function refusalOf(
  prepared: PreparedRule,
  { campaign, nowMs }: Pick<Situation, 'campaign' | 'nowMs'>,
  state: GuardState,
): FiringRefusal['code'] | undefined {
  const firings = state.firings(prepared.rule);
  if (firings === undefined) return undefined;
  const rearmedAfter = state.rearmedAfter(prepared.rule);
  const rearmed = rearmedAfter === undefined ? {} : { rearmedAfter };
  const asked = { ...firingOf(prepared, campaign, nowMs), at: formatInstant(nowMs), ...rearmed };
  return firingRefusal(firings, asked, prepared.rule.guards)?.code;
}
