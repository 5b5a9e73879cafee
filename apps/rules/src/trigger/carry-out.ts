import {
  firingOf,
  formatInstant,
  issueOrder,
  type GuardState,
  type Matched,
  type ProposedCommand,
  type RuleVerdict,
  type Situation,
  type Clearing,
} from '@flightdeck/domain';
import { commandIdOf } from '@flightdeck/contracts';
import type { CampaignDirectory } from '@flightdeck/ledger';
import type { ActiveRule } from '../rule-book/active-rule.js';
import type { RulesStats } from '../stats.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { Desks } from './guard-state.js';

export interface CarryOutDeps extends Desks {
  readonly directory: Pick<CampaignDirectory, 'get'>;
  readonly stats: RulesStats;
  readonly breaker: Pick<CircuitBreaker, 'worked' | 'failed'>;
  readonly clearing: Clearing;
}

/** A verdict, and the rule with its engine. */
export interface Settled extends RuleVerdict {
  readonly prepared: ActiveRule;
}

/** Whether anything has to be written for it. */
export function needsWriting({ verdict }: RuleVerdict): boolean {
  if (verdict.kind === 'skipped') return verdict.why === 'blind';
  return verdict.kind !== 'not-matched';
}

/** Does what was decided: commands are issued, what is not is recorded with why. Answers the command's id if one was issued. */
export async function carryOut(
  deps: CarryOutDeps,
  { prepared, verdict }: Settled,
  situation: Situation,
  state: GuardState,
): Promise<string | undefined> {
  const { stats, breaker } = deps;
  switch (verdict.kind) {
    case 'not-matched':
      return undefined;
    case 'skipped':
      stats.silenced[verdict.why] += 1;
      if (verdict.why === 'blind') await recordBlind(deps, prepared, situation);
      return undefined;
    case 'failed':
      stats.failedRules += 1;
      await breaker.failed(prepared.rule, verdict.error);
      return undefined;
    case 'suppressed':
      await recordSuppressed(deps, verdict);
      return undefined;
    case 'fires':
      if (!(await engineAgrees(deps, prepared, verdict.matched))) return undefined;
      if (isOvertaken(deps, situation)) return undefined; // the change has the campaign evaluated again
      return prepared.rule.mode === 'shadow'
        ? recordShadow(deps, verdict, state)
        : issue(deps, verdict, state);
  }
}

/** The campaign was paused, resumed or ended while its figures were read: what was decided is not about it any more. */
function isOvertaken({ directory }: CarryOutDeps, { campaign, figures }: Situation): boolean {
  return directory.get(figures.campaignId)?.campaign.status !== campaign?.status;
}

/** The engine is the authority; that it differs from the compiled conditions would be a bug, and the rule's failure. */
async function engineAgrees(
  { stats, breaker }: CarryOutDeps,
  { evaluator, rule }: ActiveRule,
  { facts }: Matched,
): Promise<boolean> {
  stats.engineRuns += 1;
  try {
    const { matched } = await evaluator.evaluate(facts);
    if (!matched) throw new Error(`Rule ${rule.ruleId}: the engine and the compiled conditions differ.`);
    breaker.worked(rule);
    return true;
  } catch (error) {
    stats.failedRules += 1;
    await breaker.failed(rule, error);
    return false;
  }
}

interface Decided {
  readonly matched: Matched;
  readonly proposed: ProposedCommand;
}

async function issue(
  { desk, stats }: CarryOutDeps,
  { matched, proposed }: Decided,
  state: GuardState,
): Promise<string | undefined> {
  const order = issueOrder(matched, proposed, commandIdOf, state.rearmedAfter(matched.prepared.rule));
  const handled = await desk.handle(proposed.campaignId, order);
  if (!handled.ok) {
    stats.silenced[handled.rejection.code] += 1;
    return undefined;
  }
  stats.fired += handled.events.length;
  return handled.events[0]?.data.commandId;
}

async function recordShadow(
  { decisions, stats }: CarryOutDeps,
  decided: Decided,
  state: GuardState,
): Promise<undefined> {
  const { rule } = decided.matched.prepared;
  const rearmedAfter = state.rearmedAfter(rule);
  const handled = await decisions.handle(decided.proposed.campaignId, {
    type: 'RecordShadow',
    ...wouldBe(decided),
    guards: rule.guards,
    ...(rearmedAfter === undefined ? {} : { rearmedAfter }),
  });
  if (handled.ok) stats.shadowed += handled.events.length;
  else stats.silenced[handled.rejection.code] += 1;
  return undefined;
}

async function recordSuppressed(
  { decisions, stats }: CarryOutDeps,
  lost: Decided & { readonly by: { readonly ruleId: string; readonly name: string } },
): Promise<void> {
  const { ruleId, name } = lost.by;
  const why = `Rule “${name}” restricts the campaign, and of two opposite commands the restricting one wins.`;
  const order = { type: 'RecordSuppressed', ...wouldBe(lost), by: ruleId, why } as const;
  const handled = await decisions.handle(lost.proposed.campaignId, order);
  if (handled.ok) stats.suppressed += handled.events.length;
}

function wouldBe({ matched, proposed }: Decided): {
  readonly at: string;
  readonly proposed: ProposedCommand;
  readonly firing: ReturnType<typeof firingOf>;
} {
  const { prepared, campaign, nowMs } = matched;
  return { at: formatInstant(nowMs), proposed, firing: firingOf(prepared, campaign, nowMs) };
}

async function recordBlind(
  { decisions }: CarryOutDeps,
  prepared: ActiveRule,
  { campaign, figures, facts, nowMs }: Situation,
): Promise<void> {
  const { ruleId, revision } = prepared.rule;
  const { campaignId } = figures;
  const { day } = firingOf(prepared, campaign, nowMs);
  if (decisions.peek(campaignId)?.get(ruleId)?.blindOn === day) return;
  const lag = facts('data.lagSeconds');
  await decisions.handle(campaignId, {
    type: 'RecordBlind',
    ...{ ruleId, ruleRevision: revision, campaignId, at: formatInstant(nowMs), day },
    lagSeconds: typeof lag === 'number' ? lag : 0,
  });
}

/** Rearms the rules that have been clear for long enough. */
export async function rearm(
  { clearing, decisions }: CarryOutDeps,
  rules: readonly ActiveRule[],
  { figures, facts, nowMs }: Situation,
  state: GuardState,
): Promise<void> {
  const { campaignId } = figures;
  for (const prepared of rules) {
    const { rule } = prepared;
    const firings = state.firings(rule);
    if (
      firings === undefined ||
      !clearing.look(prepared, campaignId, facts, nowMs, firings, state.rearmedAfter(rule))
    )
      continue;
    await decisions.handle(campaignId, {
      type: 'RecordRearmed',
      ...{ ruleId: rule.ruleId, ruleRevision: rule.revision, campaignId, at: formatInstant(nowMs) },
      firings: firings.total,
    });
  }
}
