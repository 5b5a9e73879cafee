import { STREAM } from '@flightdeck/contracts';
import {
  command as commands,
  dayOf,
  decideCampaign,
  decision as decisions,
  factSource,
  figuresWithoutEvents,
  hasAdGroupBudgets,
  type Campaign,
  type CommandBook,
  type CommandEvent,
  type DecisionBook,
  type DecisionEvent,
  type GuardState,
  type PreparedRule,
  type RuleFirings,
  type RuleVerdict,
  type Situation,
} from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { foldStream, type CampaignDirectory } from '@flightdeck/ledger';
import type { AdvertiserReader, ReadModels } from '@flightdeck/read-models';

/** Campaigns whose figures are asked for at once. */
const FIGURES_AT_ONCE = 1_000;

/** What some rules make of one campaign, and from what. */
export interface CampaignVerdicts {
  readonly campaignId: string;
  readonly situation: Situation;
  readonly verdicts: readonly RuleVerdict[];
  readonly firings: GuardState['firings'];
}

/** Which campaigns to look at, with which rules each. */
export interface Asked {
  readonly campaignId: string;
  readonly rules: readonly PreparedRule[];
}

/**
 * Evaluates rules as they would be evaluated live at `nowMs`, on the same code, and does nothing about it. What a rule has done is
 * read from the ledger for the campaigns where it matters: those that it would act on.
 */
export class CampaignVerdictsReader {
  constructor(
    private readonly readModels: Pick<ReadModels, 'figures'>,
    private readonly advertisers: Pick<AdvertiserReader, 'read'>,
    private readonly directory: Pick<CampaignDirectory, 'get'>,
    private readonly store: EventStore,
  ) {}

  async read(asked: readonly Asked[], nowMs: number): Promise<readonly CampaignVerdicts[]> {
    const read: CampaignVerdicts[] = [];
    for (let from = 0; from < asked.length; from += FIGURES_AT_ONCE) {
      const chunk = asked.slice(from, from + FIGURES_AT_ONCE);
      const campaigns = chunk.map(({ campaignId }) => this.directory.get(campaignId)?.campaign);
      const requests = chunk.map(({ campaignId }, index) => ({
        campaignId,
        campaign: campaigns[index],
        adGroups: hasAdGroupBudgets(campaigns[index]),
        day: dayOf(campaigns[index]?.timezone ?? 'UTC', nowMs),
      }));
      const figures = await this.readModels.figures(requests, nowMs);
      const advertisers = await this.advertisers.read(requests);
      for (const [index, { campaignId, rules }] of chunk.entries()) {
        const campaign = campaigns[index];
        const known = figures[index] ?? withoutEvents(campaignId, campaign, requests[index]?.day ?? '');
        if (known === undefined) continue;
        const advertiser = advertisers[index];
        const facts = factSource({
          terms: campaign,
          status: campaign?.status,
          figures: known,
          advertiser,
          nowMs,
        });
        read.push(await this.decided(campaignId, rules, { campaign, figures: known, facts, nowMs }));
      }
    }
    return read;
  }

  private async decided(
    campaignId: string,
    rules: readonly PreparedRule[],
    situation: Situation,
  ): Promise<CampaignVerdicts> {
    const verdicts = decideCampaign(rules, situation, UNTOUCHED);
    const stored = rules.some(({ rule }) => rule.revision >= 0);
    if (!stored || verdicts.every(({ verdict }) => !acts(verdict.kind)))
      return { campaignId, situation, verdicts, firings: UNTOUCHED.firings };
    const state = await this.guardState(campaignId);
    return {
      campaignId,
      situation,
      verdicts: decideCampaign(rules, situation, state),
      firings: state.firings,
    };
  }

  /** What rules have done to a campaign, from its whole history. */
  async guardState(campaignId: string): Promise<GuardState> {
    const [issued, decided] = await Promise.all([
      foldStream<CommandEvent, CommandBook>(this.store, STREAM.command(campaignId), commands),
      foldStream<DecisionEvent, DecisionBook>(this.store, STREAM.decision(campaignId), decisions),
    ]);
    return {
      firings: ({ ruleId, mode }): RuleFirings | undefined =>
        mode === 'shadow' ? decided.get(ruleId)?.firings : issued.firings.get(ruleId),
      rearmedAfter: ({ ruleId }) => decided.get(ruleId)?.rearmedAfter,
    };
  }
}

/** No rule has done anything yet. */
const UNTOUCHED: GuardState = { firings: () => undefined, rearmedAfter: () => undefined };

function acts(kind: RuleVerdict['verdict']['kind']): boolean {
  return kind === 'fires' || kind === 'suppressed';
}

function withoutEvents(
  campaignId: string,
  campaign: Campaign | undefined,
  day: string,
): Situation['figures'] | undefined {
  if (campaign === undefined) return undefined;
  return figuresWithoutEvents(campaignId, day, campaign.currency, {
    stream: STREAM.campaign(campaignId),
    revision: 0,
  });
}
