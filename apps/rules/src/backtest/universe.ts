import { commandIdOf, thresholdOf, type BacktestVariant } from '@flightdeck/contracts';
import {
  Clearing,
  command as commands,
  decideCampaign,
  decision as decisions,
  formatInstant,
  issueOrder,
  prepareRule,
  pullOf,
  refusalOf,
  type Campaign,
  type CommandBook,
  type CommandDetail,
  type DecisionBook,
  type GuardState,
  type PreparedRule,
  type Situation,
} from '@flightdeck/domain';
import { ScopeIndex } from '../rule-book/scope-index.js';

/** A command that would have been issued, and what the campaign's day looked like then. */
export interface WouldBe {
  readonly detail: CommandDetail;
  readonly day: string;
  readonly currency: string | null;
  readonly budgetDailyMicros: number | null;
  /** Net micros of the day. */
  readonly spendMicros: number;
  readonly restricts: boolean;
}

interface Books {
  commands: CommandBook;
  decisions: DecisionBook;
}

const NO_BOOKS: Books = { commands: commands.initial, decisions: decisions.initial };

/** A world in which these rules were in force all the time, with its own memory of what they did. Nothing leaves it. */
export class Universe {
  readonly issued: WouldBe[] = [];
  suppressed = 0;
  private readonly index: ScopeIndex<PreparedRule>;
  private readonly books = new Map<string, Books>();
  private readonly clearing = new Clearing();
  readonly timeDriven: boolean;
  /** Some rule looks at what an advertiser's other campaigns move too. */
  readonly shared: boolean;

  constructor({ rules }: BacktestVariant) {
    const prepared = rules.map((rule) => prepareRule(rule, thresholdOf(rule)));
    this.index = new ScopeIndex(prepared);
    this.timeDriven = prepared.some((one) => one.timeDriven);
    this.shared = prepared.some((one) => one.shared);
  }

  /** Whether any rule could still do something for the campaign: most that have fired cannot, and cost nothing more. */
  isDue(campaignId: string, campaign: Campaign | undefined, nowMs: number): boolean {
    const state = this.stateOf(campaignId);
    return this.index
      .inScope(campaignId, campaign)
      .some(
        (one) =>
          one.rule.guards.rearmAfterMinutes !== undefined ||
          refusalOf(one, { campaign, nowMs }, state) === undefined,
      );
  }

  /** Decides as the live system does, on the same code, and remembers instead of ordering. */
  evaluate(situation: Situation): void {
    const { figures, campaign } = situation;
    const rules = this.index.inScope(figures.campaignId, campaign);
    const state = this.stateOf(figures.campaignId);
    for (const { verdict } of decideCampaign(rules, situation, state)) {
      if (verdict.kind === 'failed') throw verdict.error;
      if (verdict.kind === 'suppressed') this.suppressed += 1;
      if (verdict.kind === 'fires') this.issue(verdict, situation, state);
    }
    for (const one of rules) this.rearm(one, situation);
  }

  private stateOf(campaignId: string): GuardState {
    const known = this.books.get(campaignId) ?? NO_BOOKS;
    return {
      firings: ({ ruleId }) => known.commands.firings.get(ruleId),
      rearmedAfter: ({ ruleId }) => known.decisions.get(ruleId)?.rearmedAfter,
    };
  }

  private booksOf(campaignId: string): Books {
    const known = this.books.get(campaignId) ?? { ...NO_BOOKS };
    this.books.set(campaignId, known);
    return known;
  }

  private issue(
    { matched, proposed }: Parameters<typeof orderOf>[0],
    { campaign, figures }: Situation,
    state: GuardState,
  ): void {
    const books = this.booksOf(figures.campaignId);
    const decided = commands.decide(orderOf({ matched, proposed }, state), books.commands);
    if (!decided.accepted) return;
    for (const event of decided.events) {
      books.commands = commands.evolve(books.commands, event);
      if (event.type !== 'CommandIssued') continue;
      const { period: _, day: __, threshold: ___, byHand: ____, ...detail } = event.data;
      this.issued.push({
        detail,
        day: figures.day,
        currency: campaign?.currency ?? figures.currency,
        budgetDailyMicros: campaign?.budget.dailyMicros ?? null,
        spendMicros: figures.today.net.micros,
        restricts: pullOf(matched.prepared.rule, detail.params)?.way === 'restrict',
      });
      // Nobody answers here; a command that stays open would silence the rules at the limit of open ones.
      const expired = {
        type: 'CommandExpired',
        data: { commandId: detail.commandId, at: detail.expiresAt },
      } as const;
      books.commands = commands.evolve(books.commands, expired);
    }
  }

  private rearm(prepared: PreparedRule, { figures, facts, nowMs }: Situation): void {
    if (prepared.rule.guards.rearmAfterMinutes === undefined) return;
    const { campaignId } = figures;
    const books = this.booksOf(campaignId);
    const { ruleId, revision: ruleRevision } = prepared.rule;
    const firings = books.commands.firings.get(ruleId);
    const rearmedAfter = books.decisions.get(ruleId)?.rearmedAfter;
    if (firings === undefined) return;
    if (!this.clearing.look(prepared, campaignId, facts, nowMs, firings, rearmedAfter)) return;
    const at = formatInstant(nowMs);
    const data = { ruleId, ruleRevision, campaignId, at, firings: firings.total };
    books.decisions = decisions.evolve(books.decisions, { type: 'RuleRearmed', data });
  }
}

function orderOf(
  {
    matched,
    proposed,
  }: {
    readonly matched: Parameters<typeof issueOrder>[0];
    readonly proposed: Parameters<typeof issueOrder>[1];
  },
  state: GuardState,
): ReturnType<typeof issueOrder> {
  return issueOrder(matched, proposed, commandIdOf, state.rearmedAfter(matched.prepared.rule));
}
