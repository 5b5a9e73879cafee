import { thresholdOf, type PreviewResponse } from '@flightdeck/contracts';
import {
  formatInstant,
  prepareRule,
  type Campaign,
  type Rule,
  type RuleScope,
  type Verdict,
} from '@flightdeck/domain';
import type { CampaignDirectory } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import type { CampaignVerdicts, CampaignVerdictsReader } from './campaign-verdicts.js';
import { verdictResponse } from './verdict-dto.js';

/** Campaigns that a preview looks at; beyond it, name the ones that matter. */
export const PREVIEWED_MAX = 100_000;

export interface PreviewOptions {
  /** Only these; absent: all in scope. */
  readonly campaignIds?: readonly string[] | undefined;
  /** Campaigns told one by one. */
  readonly limit: number;
}

/** What a rule would do now, campaign by campaign. Nothing is recorded and nothing is sent. */
export class RulePreview {
  constructor(
    private readonly verdicts: CampaignVerdictsReader,
    private readonly directory: Pick<CampaignDirectory, 'get' | 'entries'>,
    private readonly readModels: Pick<ReadModels, 'campaignIds'>,
    private readonly clock: Clock,
  ) {}

  async of(rule: Rule, { campaignIds, limit }: PreviewOptions): Promise<PreviewResponse> {
    const nowMs = this.clock();
    const prepared = [prepareRule(rule, thresholdOf(rule))];
    const inScope = (campaignIds ?? (await this.candidates(rule.scope))).filter((id) =>
      isInScope(rule.scope, id, this.directory.get(id)?.campaign),
    );
    const asked = inScope.slice(0, PREVIEWED_MAX).map((campaignId) => ({ campaignId, rules: prepared }));
    const all = await this.verdicts.read(asked, nowMs);
    const skipped: Record<string, number> = {};
    for (const verdict of all.map(verdictOf))
      if (verdict.kind === 'skipped') skipped[verdict.why] = (skipped[verdict.why] ?? 0) + 1;
    return {
      evaluatedAt: formatInstant(nowMs),
      evaluated: all.length,
      matched: all.filter((one) => verdictOf(one).kind === 'fires').length,
      notMatched: all.filter((one) => verdictOf(one).kind === 'not-matched').length,
      skipped,
      items: told(all, limit).map((one) => ({
        campaignId: one.campaignId,
        name: one.situation.campaign?.name ?? null,
        verdict: verdictResponse(one.verdicts[0] ?? none(), one.situation),
      })),
    };
  }

  /** Registered campaigns, and for a rule over all of them those that only sent events. */
  private async candidates(scope: RuleScope): Promise<readonly string[]> {
    if ('campaignIds' in scope) return scope.campaignIds;
    const registered = [...this.directory.entries()].map(({ campaign }) => campaign.campaignId);
    if (!('all' in scope)) return registered;
    const seen = await this.readModels.campaignIds(undefined, PREVIEWED_MAX);
    return [...new Set([...registered, ...seen])].sort();
  }
}

/** Whether a scope holds a campaign; one that nobody registered has neither an advertiser nor tags. */
export function isInScope(scope: RuleScope, campaignId: string, campaign: Campaign | undefined): boolean {
  if ('all' in scope) return true;
  if ('campaignIds' in scope) return scope.campaignIds.includes(campaignId);
  if ('advertiserId' in scope) return campaign?.advertiserId === scope.advertiserId;
  return scope.tags.some((tag) => campaign?.tags.includes(tag) === true);
}

const ORDER: readonly Verdict['kind'][] = ['fires', 'suppressed', 'failed', 'skipped', 'not-matched'];

function told(all: readonly CampaignVerdicts[], limit: number): readonly CampaignVerdicts[] {
  return ORDER.flatMap((kind) => all.filter((one) => verdictOf(one).kind === kind)).slice(0, limit);
}

function verdictOf({ verdicts }: CampaignVerdicts): Verdict {
  return (verdicts[0] ?? none()).verdict;
}

function none(): never {
  throw new Error('A rule was evaluated without a verdict.');
}
