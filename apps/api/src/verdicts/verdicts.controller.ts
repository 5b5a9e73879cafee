import {
  campaignRulesSchema,
  idSchema,
  previewDraftSchema,
  previewSchema,
  previewStoredSchema,
  thresholdOf,
  type CampaignRulesResponse,
  type PreviewDraftRequest,
  type PreviewResponse,
  type PreviewStoredRequest,
} from '@flightdeck/contracts';
import { formatInstant, prepareRule, type Rule } from '@flightdeck/domain';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import {
  Booked,
  Caller,
  CLOCK,
  Permission,
  ProblemException,
  type Clock,
  type Principal,
} from '@flightdeck/platform';
import { Body, Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CampaignReader } from '../campaigns/campaign-reader.js';
import { Answers } from '../http/answers.js';
import { definitionFrom, ruleResponse } from '../rules/rule-dto.js';
import { RuleShelf } from '../rules/rule-shelf.js';
import { ConditionShelf } from '../shared-conditions/condition-shelf.js';
import { CampaignVerdictsReader } from './campaign-verdicts.js';
import { isInScope, RulePreview } from './preview.js';
import { lastDecisions } from './last-decisions.js';
import { lastResponse, verdictResponse } from './verdict-dto.js';

const ID = { schema: idSchema };

/** What rules make of campaigns just now, without doing anything about it. */
@ApiTags('rules')
@Controller('v1')
export class VerdictsController {
  constructor(
    @Inject(RuleShelf) private readonly shelf: RuleShelf,
    @Inject(RulePreview) private readonly preview: RulePreview,
    @Inject(CampaignVerdictsReader) private readonly verdicts: CampaignVerdictsReader,
    @Inject(CampaignReader) private readonly campaigns: CampaignReader,
    @Inject(ConditionShelf) private readonly conditions: ConditionShelf,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** A rule that is not saved, as if nothing had fired yet. */
  @Permission('rules:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, previewSchema)
  @Post('rules/preview')
  draft(
    @Body({ schema: previewDraftSchema }) body: PreviewDraftRequest,
    @Caller() caller: Principal,
  ): Promise<PreviewResponse> {
    const rule = {
      ...definitionFrom(body, this.conditions.pinned()),
      ...UNSAVED,
      author: caller.id,
    } as const;
    return this.preview.of(rule, body);
  }

  /** A saved rule, with what it has already done. */
  @Permission('rules:read')
  @Booked('cross-campaign-read', { oncePerMinute: true })
  @Answers(200, previewSchema)
  @Post('rules/:ruleId/preview')
  async stored(
    @Param('ruleId', ID) ruleId: string,
    @Body({ schema: previewStoredSchema.optional() }) body: PreviewStoredRequest | undefined,
  ): Promise<PreviewResponse> {
    const rule = await this.shelf.current(ruleId);
    if (rule === undefined) throw new ProblemException(404, 'no-such-rule', 'There is no such rule.');
    return this.preview.of(rule, body ?? previewStoredSchema.parse({}));
  }

  /** What governs a campaign, and what each rule makes of it now. */
  @Permission('rules:read')
  @Answers(200, campaignRulesSchema)
  @Get('campaigns/:campaignId/rules')
  async ofCampaign(@Param('campaignId', ID) campaignId: string): Promise<CampaignRulesResponse> {
    const entry = await this.campaigns.current(campaignId);
    const nowMs = this.clock();
    const rules = this.shelf
      .all()
      .filter((rule) => isLive(rule) && isInScope(rule.scope, campaignId, entry?.campaign))
      .sort((a, b) => b.priority - a.priority || (a.ruleId < b.ruleId ? -1 : 1))
      .map((rule) => prepareRule(rule, thresholdOf(rule)));
    const [read] = await this.verdicts.read([{ campaignId, rules }], nowMs);
    const { firings } = await this.verdicts.guardState(campaignId);
    const decisions = await lastDecisions(this.store, campaignId);
    const items = rules.map((prepared, index) => {
      const { rule } = prepared;
      const verdict = read?.verdicts[index];
      const done = firings(rule);
      return {
        ...ruleResponse(rule),
        verdict:
          verdict === undefined || read === undefined
            ? NOTHING_SEEN
            : verdictResponse(verdict, read.situation),
        lastFiredAt: done?.lastAt ?? null,
        firedTotal: done?.total ?? 0,
        ...lastResponse(decisions.get(rule.ruleId), done?.lastAt),
      };
    });
    return { campaignId, evaluatedAt: formatInstant(nowMs), items };
  }
}

/** A rule before its first revision. */
const UNSAVED = { ruleId: 'preview', revision: -1, mode: 'draft' } as const;

/** Nobody registered the campaign and no event has come: there is nothing to evaluate. */
const NOTHING_SEEN: CampaignRulesResponse['items'][number]['verdict'] = {
  ...{ kind: 'not-matched', why: 'no-such-campaign', facts: {}, command: null },
};

function isLive({ mode }: Rule): boolean {
  return mode === 'active' || mode === 'shadow';
}
