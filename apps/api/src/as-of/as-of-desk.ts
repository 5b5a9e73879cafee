import {
  STREAM,
  type CampaignAsOfResponse,
  type MetricsAsOfQuery,
  type MetricsAsOfResponse,
  type RuleAsOfResponse,
} from '@flightdeck/contracts';
import { rule as ruleDecider, type Rule, type RuleEvent, type Campaign } from '@flightdeck/domain';
import { foldStream, historyOf } from '@flightdeck/ledger';
import { foldCampaign, type ReadModels } from '@flightdeck/read-models';
import { CampaignReader } from '../campaigns/campaign-reader.js';
import { campaignResponse } from '../campaigns/campaign-dto.js';
import { pointOf } from '../metrics/metrics-dto.js';
import { PacingReader } from '../pacing/pacing-reader.js';
import { platformCaps } from '../pacing/platform-caps.js';
import { ruleResponse } from '../rules/rule-dto.js';
import type { RuleShelf } from '../rules/rule-shelf.js';
import { isInScope } from '../verdicts/preview.js';
import type { Moments, NamedMoment } from './moments.js';
import type { PastAdvertiser, PastAdvertisers } from './past-advertisers.js';
import type { Scans } from './scans.js';

const NOBODY = { get: () => undefined };

/** What was known of a campaign at a moment, and what is known now of the time up to it, by the folds of the live system. */
export class AsOfDesk {
  constructor(
    private readonly moments: Moments,
    private readonly shelf: Pick<RuleShelf, 'all'>,
    private readonly scans: Scans,
    private readonly advertisers: PastAdvertisers,
    private readonly partitions: number,
  ) {}

  async campaign(campaignId: string, asOf: string, signal: AbortSignal): Promise<CampaignAsOfResponse> {
    const named = await this.moments.named(asOf, this.moments.ofCampaign(campaignId));
    const entry = await new CampaignReader(this.moments.past(named), NOBODY).current(campaignId);
    const { then, now, heads } = await this.known(campaignId, named, signal);
    const advertiser = await this.advertisers.holding(entry?.campaign, named, signal);
    const pacing = async (
      readModels: ReadModels,
      held: PastAdvertiser['then'],
    ): Promise<{ pacing: ReturnType<PacingReader['response']> }> => {
      const reader = new PacingReader(readModels, held, NOBODY, () => named.atMs, this.partitions);
      const [paced] = await reader.readKnown([{ campaignId, campaign: entry?.campaign }]);
      if (paced === undefined) throw new Error('A campaign that was asked for was not answered.');
      const told = reader.response(paced);
      if (entry === undefined) return { pacing: told };
      const { view } = paced;
      return {
        pacing: { ...told, platform: await platformCaps(readModels, entry.campaign, view.day, named.atMs) },
      };
    };
    return {
      ...{ campaignId, asOf: named.asOf, heads: eachOnce([...heads, ...advertiser.heads]) },
      campaign: entry === undefined ? null : campaignResponse(entry.campaign, entry.revision),
      knownThen: await pacing(then, advertiser.then),
      knownNow: await pacing(now, advertiser.now),
      rules: (await this.rules(named, entry?.campaign)).map(ruleResponse),
    };
  }

  async metrics(
    campaignId: string,
    { asOf, from, to, step }: MetricsAsOfQuery,
    signal: AbortSignal,
  ): Promise<MetricsAsOfResponse> {
    const named = await this.moments.named(asOf, this.moments.ofCampaign(campaignId));
    const entry = await new CampaignReader(this.moments.past(named), NOBODY).current(campaignId);
    const { then, now, heads } = await this.known(campaignId, named, signal);
    const query = {
      ...{ campaignId, fromMs: Date.parse(from), toMs: Date.parse(to), step },
      ...(entry === undefined ? {} : { timezone: entry.campaign.timezone }),
    };
    return {
      ...{ campaignId, asOf: named.asOf, heads, step, from, to },
      knownThen: { points: (await then.series(query)).map(pointOf) },
      knownNow: { points: (await now.series(query)).map(pointOf) },
    };
  }

  async rule(ruleId: string, asOf: string): Promise<RuleAsOfResponse> {
    const stream = STREAM.rule(ruleId);
    const named = await this.moments.named(asOf, [stream]);
    const rule = await this.ruleAt(ruleId, named);
    const heads = [{ stream, revision: await this.moments.head(stream, named) }];
    return { ruleId, asOf: named.asOf, heads, rule: rule === undefined ? null : ruleResponse(rule) };
  }

  /** The campaign's figures from what had arrived by the moment, and from what is known now of what had occurred by it. */
  private async known(
    campaignId: string,
    named: NamedMoment,
    signal: AbortSignal,
  ): Promise<{ then: ReadModels; now: ReadModels; heads: CampaignAsOfResponse['heads'] }> {
    const { moments } = this;
    const stream = moments.ads(campaignId);
    const arrived = await moments.head(stream, named);
    const of = { history: historyOf(moments.store), campaignId, stream };
    const [then, now] = await this.scans.run(async () => [
      await foldCampaign({ ...of, range: { from: 0, to: arrived } }, signal),
      await foldCampaign(
        { ...of, range: { from: 0, to: await moments.head(stream) }, occurredUntilMs: named.atMs },
        signal,
      ),
    ]);
    const campaign = STREAM.campaign(campaignId);
    const heads = [
      { stream, revision: arrived },
      { stream: campaign, revision: await moments.head(campaign, named) },
    ];
    return { then, now, heads };
  }

  /** Those that were active or in shadow, and had the campaign in their scope. */
  private async rules(named: NamedMoment, campaign: Campaign | undefined): Promise<readonly Rule[]> {
    if (campaign === undefined) return [];
    const governed: Rule[] = [];
    for (const { ruleId } of this.shelf.all()) {
      const rule = await this.ruleAt(ruleId, named);
      if (rule === undefined || (rule.mode !== 'active' && rule.mode !== 'shadow')) continue;
      if (isInScope(rule.scope, campaign.campaignId, campaign)) governed.push(rule);
    }
    return governed;
  }

  private ruleAt(ruleId: string, named: NamedMoment): Promise<Rule | undefined> {
    return foldStream<RuleEvent, Rule | undefined>(
      this.moments.past(named),
      STREAM.rule(ruleId),
      ruleDecider,
    );
  }
}

function eachOnce(heads: CampaignAsOfResponse['heads']): CampaignAsOfResponse['heads'] {
  return [...new Map(heads.map((head) => [head.stream, head])).values()];
}
