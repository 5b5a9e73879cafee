import {
  dayOf,
  decideCampaign,
  factSource,
  figuresWithoutEvents,
  refusalOf,
  hasAdGroupBudgets,
  type AdvertiserFigures,
  type Campaign,
  type CampaignFigures,
  type GuardState,
  type QuietRules,
  type Situation,
} from '@flightdeck/domain';
import { STREAM } from '@flightdeck/contracts';
import type { AdvertiserReader, ReadModels } from '@flightdeck/read-models';
import type { ActiveRule } from '../rule-book/active-rule.js';
import type { RuleBook } from '../rule-book/rule-book.js';
import { carryOut, needsWriting, rearm, type CarryOutDeps, type Settled } from './carry-out.js';
import { dueRules } from './due-rules.js';
import { guardStateOf, readBooks } from './guard-state.js';

export interface EvaluationDeps extends CarryOutDeps {
  readonly book: Pick<RuleBook, 'inScope'>;
  readonly readModels: Pick<ReadModels, 'figures'>;
  readonly advertisers: Pick<AdvertiserReader, 'read'>;
  /** Rules whose conditions did not hold, and what they look at: this process's memory, which nothing depends on. */
  readonly quiet: QuietRules<ActiveRule>;
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
  readonly adGroups: boolean;
  /** All in scope. */
  readonly rules: readonly ActiveRule[];
  /** Those that are asked for and may act. */
  readonly asked: ReadonlySet<ActiveRule>;
}

/**
 * Evaluates the rules of some campaigns at one moment and carries out what is decided: figures in one call, rules of a campaign one
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
    .filter((target) => target.asked.size > 0);
  if (targets.length === 0) return;
  await readBooks(deps, targets);
  const figures = await deps.readModels.figures(targets, nowMs);
  const advertisers = await deps.advertisers.read(targets);
  const writing: Promise<void>[] = [];
  targets.forEach((target, index) => {
    const known = figures[index] ?? withoutEvents(target);
    if (known === undefined) return;
    const work = serve(deps, target, { figures: known, advertiser: advertisers[index] }, nowMs, occasion);
    if (work !== undefined) writing.push(work);
  });
  deps.stats.evaluationMs += performance.now() - startedMs;
  // All are awaited before one's failure is told, so that none goes on unwatched.
  const failed = (await Promise.allSettled(writing)).find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function targetOf(deps: EvaluationDeps, campaignId: string, nowMs: number, filter: RuleFilter): Target {
  const entry = deps.directory.get(campaignId);
  const campaign = entry?.campaign;
  const inScope = deps.book.inScope(campaignId, campaign);
  const state = guardStateOf(deps, campaignId);
  const asked = inScope.filter(
    (active) => filter(active, campaignId) && !isSpent(deps, active, campaign, state, nowMs),
  );
  return {
    campaignId,
    campaign,
    revision: entry?.revision ?? 0,
    day: dayOf(campaign?.timezone ?? 'UTC', nowMs),
    adGroups: hasAdGroupBudgets(campaign),
    rules: inScope,
    asked: new Set(asked),
  };
}

/** What this process knows to have fired needs no look at the facts, unless it has to be seen to clear. */
function isSpent(
  { stats }: EvaluationDeps,
  active: ActiveRule,
  campaign: Campaign | undefined,
  state: GuardState,
  nowMs: number,
): boolean {
  const refusal = refusalOf(active, { campaign, nowMs }, state);
  if (refusal === undefined || active.rule.guards.rearmAfterMinutes !== undefined) return false;
  stats.spent += 1;
  return true;
}

/** An unregistered campaign without events is nothing at all. */
function withoutEvents({ campaignId, campaign, day, revision }: Target): CampaignFigures | undefined {
  if (campaign === undefined) return undefined;
  const position = { stream: STREAM.campaign(campaignId), revision };
  return figuresWithoutEvents(campaignId, day, campaign.currency, position);
}

interface Seen {
  readonly figures: CampaignFigures;
  readonly advertiser: AdvertiserFigures | undefined;
}

/** Decides at once; undefined when nothing has to be written. Rules that cannot have come to hold are not looked at. */
function serve(
  deps: EvaluationDeps,
  { campaign, campaignId, rules: inScope, asked }: Target,
  { figures, advertiser }: Seen,
  nowMs: number,
  { byEvent }: Occasion,
): Promise<void> | undefined {
  const quiet = deps.quiet.at(campaignId, inScope, campaign, nowMs);
  quiet.count(figures.lifetime, advertiser !== undefined);
  const rules = dueRules(quiet, (one) => asked.has(one));
  deps.stats.unchanged += inScope.reduce(
    (sum, one, at) => (quiet.isUnmatched(at) && asked.has(one) ? sum + 1 : sum),
    0,
  );
  if (rules.length === 0) return undefined;
  const facts = factSource({ terms: campaign, status: campaign?.status, figures, advertiser, nowMs });
  const situation: Situation = { campaign, figures, facts, nowMs };
  const state = guardStateOf(deps, campaignId);
  deps.stats.evaluations += rules.length;
  const verdicts = decideCampaign(rules, situation, state);
  const settled = rules.map((prepared, index): Settled => {
    const { verdict } = verdicts[index] ?? { verdict: { kind: 'not-matched' } };
    return { prepared, verdict };
  });
  for (const { prepared, verdict } of settled) {
    // That a rule has fired is the ledger's to say: only that it does not hold is remembered here.
    if (verdict.kind === 'not-matched') quiet.note(inScope.indexOf(prepared), verdict);
    if (verdict.kind === 'skipped' && verdict.why !== 'blind') deps.stats.silenced[verdict.why] += 1;
  }
  const writes = settled.filter(needsWriting);
  const clearing = rules.filter(({ rule }) => rule.guards.rearmAfterMinutes !== undefined);
  if (writes.length === 0 && clearing.length === 0) return undefined;
  const since = byEvent?.(campaignId) === true ? figures.lastReceivedAtMs : null;
  return write(deps, { writes, clearing, since }, situation, state);
}

interface Work {
  readonly writes: readonly Settled[];
  readonly clearing: readonly ActiveRule[];
  /** When the event arrived that is the reason, if one is. */
  readonly since: number | null;
}

async function write(
  deps: EvaluationDeps,
  { writes, clearing, since }: Work,
  situation: Situation,
  state: GuardState,
): Promise<void> {
  for (const one of writes) {
    const commandId = await carryOut(deps, one, situation, state);
    if (commandId !== undefined && since !== null) deps.stats.commandLatency.issued(commandId, since);
  }
  await rearm(deps, clearing, situation, state);
}
