import { STREAM, type ShadowReportQuery, type ShadowReportResponse } from '@flightdeck/contracts';
import { dayOf, formatInstant, type CommandDetail, type DecisionEvent, type Rule } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent, type CampaignDirectory } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import type { CommandIndex } from '../commands/command-index.js';
import { isInScope } from '../verdicts/preview.js';
import { compareShadow, type BothSides, type ShadowDecision } from './compare-shadow.js';

/** Campaigns, decisions and commands of one campaign that a report looks at, the newest. */
export const SHADOW_CAMPAIGNS_MAX = 10_000;
const DECISIONS_MAX = 10_000;
const COMMANDS_MAX = 10_000;

/** What a rule in shadow would have done, beside what the active set did: from the ledger, every time anew. */
export class ShadowReports {
  constructor(
    private readonly store: Pick<EventStore, 'read'>,
    private readonly directory: Pick<CampaignDirectory, 'entries'>,
    private readonly commands: Pick<CommandIndex, 'list'>,
    private readonly clock: Clock,
  ) {}

  async of(rule: Rule, { from, to, limit }: ShadowReportQuery): Promise<ShadowReportResponse> {
    const until = to ?? formatInstant(this.clock());
    const isInRange = (at: string): boolean => at <= until && (from === undefined || at >= from);
    const sides: BothSides[] = [];
    for (const { campaign } of this.directory.entries()) {
      if (sides.length >= SHADOW_CAMPAIGNS_MAX) break;
      const { campaignId, timezone } = campaign;
      if (!isInScope(rule.scope, campaignId, campaign)) continue;
      const decided = (await this.decisions(campaignId, rule.ruleId)).filter(({ data }) =>
        isInRange(data.at),
      );
      const issued = this.issued(campaignId, rule).filter(({ issuedAt }) => isInRange(issuedAt));
      const day = (at: string): string => dayOf(timezone, Date.parse(at));
      sides.push({ campaignId, decided, issued, dayOf: day });
    }
    return {
      ...{ ruleId: rule.ruleId, from: from ?? null, to: until, campaigns: sides.length },
      ...compareShadow(sides, limit),
    };
  }

  private async decisions(campaignId: string, ruleId: string): Promise<readonly ShadowDecision[]> {
    const decided: ShadowDecision[] = [];
    const options = { direction: 'backwards', max: DECISIONS_MAX } as const;
    for await (const stored of this.store.read(STREAM.decision(campaignId), 'end', options)) {
      const event = decodeEvent<DecisionEvent>(stored);
      if (event.type === 'ShadowDecided' && event.data.ruleId === ruleId)
        decided.push({ revision: stored.revision, data: event.data });
    }
    return decided;
  }

  /** Of other rules, and of the kind that this one orders. */
  private issued(campaignId: string, rule: Rule): readonly CommandDetail[] {
    return this.commands
      .list({ campaignId, max: COMMANDS_MAX })
      .items.map(({ detail }) => detail)
      .filter(({ ruleId, command }) => ruleId !== rule.ruleId && command === rule.action.command);
  }
}
