import { dayOf, firingRefusal, formatInstant, type Campaign, type CampaignFigures } from '@flightdeck/domain';
import type { CampaignDirectory } from '@flightdeck/ledger';
import type { ReadModels } from '@flightdeck/read-models';
import { silenceOf } from '../decide/guards.js';
import { firingOf, propose, type Matched } from '../decide/propose.js';
import type { CommandDesk } from '../desk/command-desk.js';
import { factsOf, figuresWithoutEvents, type FactSource } from '../evaluate/facts.js';
import type { ActiveRule } from '../rule-book/active-rule.js';
import type { RuleBook } from '../rule-book/rule-book.js';
import type { RulesStats } from '../stats.js';

export interface EvaluationDeps {
  readonly book: Pick<RuleBook, 'inScope'>;
  readonly directory: Pick<CampaignDirectory, 'get'>;
  readonly readModels: Pick<ReadModels, 'figures'>;
  readonly desk: CommandDesk;
  readonly stats: RulesStats;
}

/** Which of a campaign's rules to evaluate. */
export type RuleFilter = (active: ActiveRule, campaignId: string) => boolean;

/** Why campaigns are evaluated: which rules, and for which campaigns an event is the reason. */
export interface Occasion {
  readonly rules: RuleFilter;
  readonly byEvent?: (campaignId: string) => boolean;
}

interface Target {
  readonly campaignId: string;
  readonly campaign: Campaign | undefined;
  readonly revision: number;
  readonly day: string;
  readonly rules: readonly ActiveRule[];
}

/**
 * Evaluates the rules of some campaigns at one moment and issues what they command: figures in one call, rules of a campaign one
 * after another in their order, campaigns side by side. @throws whatever the stores throw; evaluating again is harmless.
 */
export async function evaluateCampaigns(
  deps: EvaluationDeps,
  campaignIds: readonly string[],
  nowMs: number,
  occasion: Occasion,
): Promise<void> {
  const startedMs = performance.now();
  const targets = campaignIds
    .map((id) => targetOf(deps, id, nowMs, occasion.rules))
    .filter((target) => target.rules.length > 0);
  if (targets.length === 0) return;
  const figures = await deps.readModels.figures(targets, nowMs);
  const issuing: Promise<void>[] = [];
  targets.forEach((target, index) => {
    const known = figures[index] ?? withoutEvents(target);
    if (known === undefined) return;
    const matched = matching(deps, target, known, nowMs);
    if (matched.length > 0) issuing.push(issueAll(deps, matched, occasion));
  });
  deps.stats.evaluationMs += performance.now() - startedMs;
  // All are awaited before one's failure is told, so that none goes on unwatched.
  const failed = (await Promise.allSettled(issuing)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function targetOf(deps: EvaluationDeps, campaignId: string, nowMs: number, filter: RuleFilter): Target {
  const entry = deps.directory.get(campaignId);
  const campaign = entry?.campaign;
  const inScope = deps.book.inScope(campaignId, campaign);
  const rules = inScope.filter(
    (active) => filter(active, campaignId) && !isSpent(deps, active, campaignId, campaign, nowMs),
  );
  return {
    campaignId,
    campaign,
    revision: entry?.revision ?? 0,
    day: dayOf(campaign?.timezone ?? 'UTC', nowMs),
    rules,
  };
}

/** What this process knows to have fired needs no look at the facts. What it does not know yet, the desk finds out. */
function isSpent(
  deps: EvaluationDeps,
  active: ActiveRule,
  campaignId: string,
  campaign: Campaign | undefined,
  nowMs: number,
): boolean {
  const firings = deps.desk.peek(campaignId)?.firings.get(active.rule.ruleId);
  if (firings === undefined) return false;
  const request = { ...firingOf(active, campaign, nowMs), at: formatInstant(nowMs) };
  const spent = firingRefusal(firings, request, active.rule.guards) !== undefined;
  if (spent) deps.stats.spent += 1;
  return spent;
}

/** An unregistered campaign without events is nothing at all. */
function withoutEvents({ campaignId, campaign, day, revision }: Target): CampaignFigures | undefined {
  return campaign === undefined
    ? undefined
    : figuresWithoutEvents(campaignId, day, campaign.currency, revision);
}

function matching(
  deps: EvaluationDeps,
  target: Target,
  figures: CampaignFigures,
  nowMs: number,
): readonly Matched[] {
  const { campaign, rules } = target;
  const facts: FactSource = factsOf({ terms: campaign, status: campaign?.status, figures, nowMs });
  deps.stats.evaluations += rules.length;
  return rules
    .filter((active) => active.evaluator.matches(facts))
    .map((active) => ({ active, campaign, figures, facts, nowMs }));
}

async function issueAll(
  deps: EvaluationDeps,
  matched: readonly Matched[],
  { byEvent }: Occasion,
): Promise<void> {
  for (const one of matched) {
    const { campaignId, lastReceivedAtMs } = one.figures;
    const commandId = await issue(deps, one);
    if (commandId === undefined || lastReceivedAtMs === null || byEvent?.(campaignId) !== true) continue;
    deps.stats.commandLatency.issued(commandId, lastReceivedAtMs);
  }
}

/** The id of the command that was issued; undefined when none was. */
async function issue({ desk, stats }: EvaluationDeps, matched: Matched): Promise<string | undefined> {
  const { active, campaign, figures, facts, nowMs } = matched;
  const silence = silenceOf(active.rule, campaign, facts, nowMs);
  if (silence !== undefined) {
    stats.silenced[silence] += 1;
    return undefined;
  }
  stats.engineRuns += 1;
  const evaluation = await active.evaluator.evaluate(facts);
  if (!evaluation.matched)
    throw new Error(`Rule ${active.rule.ruleId}: the engine and the compiled conditions differ.`);
  const order = propose(matched);
  if (order === undefined) {
    stats.silenced['no-parameters'] += 1;
    return undefined;
  }
  const handled = await desk.handle(figures.campaignId, order);
  if (!handled.ok) {
    stats.silenced[handled.rejection.code] += 1;
    return undefined;
  }
  stats.fired += handled.events.length;
  return handled.events[0]?.data.commandId;
}
