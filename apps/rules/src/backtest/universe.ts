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
  QuietCampaign,
  type Campaign,
  type CommandDetail,
  type GuardState,
  type PreparedRule,
  type Situation,
  type Verdict,
} from '@flightdeck/domain';
import { ScopeIndex } from '../rule-book/scope-index.js';
import { dueRules } from '../trigger/due-rules.js';
import { Books } from './books.js';
import { ordinal, type Kept } from './kept.js';

/** Commands of a variant that are kept to be held against how their days closed; all are counted. */
export const COMMANDS_KEPT_MAX = 100_000;

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

/** What a universe counts, and what it needs to go on, as JSON. */
export interface UniverseState {
  readonly commands: number;
  /** Campaigns with commands. */
  readonly campaigns: number;
  readonly suppressed: number;
  readonly clearing: readonly (readonly [string, number])[];
}

/** Which rules an evaluation is about. */
export type RuleFilter = (rule: PreparedRule) => boolean;

type Fires = Extract<Verdict, { kind: 'fires' }>;

/** A world in which these rules were in force all the time, with its own memory of what they did. Nothing leaves it. */
export class Universe {
  commands = 0;
  campaigns = 0;
  suppressed = 0;
  /** Some rule's facts move with the clock. */
  readonly timeDriven: boolean;
  /** Some rule looks at what an advertiser's other campaigns move too. */
  readonly shared: boolean;
  readonly books: Books;
  private readonly index: ScopeIndex<PreparedRule>;
  private readonly clearing: Clearing;

  /** `number`: its place among the variants. `state`: what {@link state} told, to go on from there. */
  constructor(
    { rules }: BacktestVariant,
    readonly number: number,
    private readonly kept: Kept,
    state: UniverseState | undefined,
  ) {
    const prepared = rules.map((rule) => prepareRule(rule, thresholdOf(rule)));
    this.timeDriven = prepared.some((one) => one.timeDriven);
    this.shared = prepared.some((one) => one.shared);
    this.index = new ScopeIndex(prepared);
    this.books = new Books(`book/${number}/`, kept);
    this.clearing = new Clearing(state?.clearing);
    if (state !== undefined)
      ({ commands: this.commands, campaigns: this.campaigns, suppressed: this.suppressed } = state);
  }

  get state(): UniverseState {
    const { commands: issued, campaigns, suppressed, clearing } = this;
    return { commands: issued, campaigns, suppressed, clearing: clearing.entries };
  }

  /** What there is to remember of a campaign from `nowMs` on, which is in its local `day`: every rule in its scope is open. */
  begin(
    campaignId: string,
    campaign: Campaign | undefined,
    nowMs: number,
    day: string,
  ): QuietCampaign<PreparedRule> {
    return new QuietCampaign(this.index.inScope(campaignId, campaign), campaign, nowMs, day);
  }

  /**
   * Whether any rule may do something for a campaign: one that is asked for and not quiet, or, where something was counted
   * (`byEvent`), any that has not fired already.
   */
  isDue(quiet: QuietCampaign<PreparedRule>, isAsked: RuleFilter, byEvent: boolean): boolean {
    return quiet.rules.some((one, at) => (byEvent ? !quiet.isSpent(at) : quiet.isOpen(at) && isAsked(one)));
  }

  /**
   * Decides as the live system does, on the same code, and remembers instead of ordering. Its books have to be there. `isHeld`: the
   * campaign shares a budget of its advertiser.
   */
  evaluate(
    situation: Situation,
    quiet: QuietCampaign<PreparedRule>,
    isAsked: RuleFilter,
    isHeld: boolean,
  ): void {
    const { figures } = situation;
    quiet.count(figures.lifetime, isHeld);
    const due = dueRules(quiet, isAsked);
    if (due.length === 0) return;
    const state = this.stateOf(figures.campaignId);
    for (const { prepared, verdict } of decideCampaign(due, situation, state)) {
      if (verdict.kind === 'failed') throw verdict.error;
      if (verdict.kind === 'suppressed') this.suppressed += 1;
      if (verdict.kind === 'fires') this.issue(verdict, situation, state);
      quiet.note(quiet.rules.indexOf(prepared), verdict);
    }
    for (const one of due) this.rearm(one, situation);
  }

  private stateOf(campaignId: string): GuardState {
    const known = this.books.get(campaignId);
    return {
      firings: ({ ruleId }) => known.commands.firings.get(ruleId),
      rearmedAfter: ({ ruleId }) => known.decisions.get(ruleId)?.rearmedAfter,
    };
  }

  private issue(
    { matched, proposed }: Pick<Fires, 'matched' | 'proposed'>,
    situation: Situation,
    state: GuardState,
  ): void {
    const { campaignId } = situation.figures;
    const { rule } = matched.prepared;
    const order = issueOrder(matched, proposed, commandIdOf, state.rearmedAfter(rule));
    let book = this.books.get(campaignId).commands;
    const decided = commands.decide(order, book);
    if (!decided.accepted) return;
    for (const event of decided.events) {
      if (event.type !== 'CommandIssued') continue;
      if (book.sequence === 0) this.campaigns += 1;
      const { period: _, day: __, threshold: ___, byHand: ____, ...detail } = event.data;
      this.keep(wouldBe(detail, matched.prepared, situation));
      // Nobody answers here; a command that stays open would silence the rules at the limit of open ones.
      const expired = {
        type: 'CommandExpired',
        data: { commandId: detail.commandId, at: detail.expiresAt },
      } as const;
      book = commands.evolve(commands.evolve(book, event), expired);
    }
    this.books.change(campaignId, { commands: book });
  }

  private keep(one: WouldBe): void {
    if (this.commands < COMMANDS_KEPT_MAX)
      this.kept.put(`command/${this.number}/${ordinal(this.commands)}`, one);
    this.commands += 1;
  }

  private rearm(prepared: PreparedRule, { figures, facts, nowMs }: Situation): void {
    if (prepared.rule.guards.rearmAfterMinutes === undefined) return;
    const { campaignId } = figures;
    const books = this.books.get(campaignId);
    const { ruleId, revision: ruleRevision } = prepared.rule;
    const firings = books.commands.firings.get(ruleId);
    const rearmedAfter = books.decisions.get(ruleId)?.rearmedAfter;
    if (firings === undefined) return;
    if (!this.clearing.look(prepared, campaignId, facts, nowMs, firings, rearmedAfter)) return;
    const at = formatInstant(nowMs);
    const data = { ruleId, ruleRevision, campaignId, at, firings: firings.total };
    this.books.change(campaignId, {
      decisions: decisions.evolve(books.decisions, { type: 'RuleRearmed', data }),
    });
  }
}

function wouldBe(
  detail: CommandDetail,
  { rule }: PreparedRule,
  { campaign, figures }: Pick<Situation, 'campaign' | 'figures'>,
): WouldBe {
  return {
    detail,
    day: figures.day,
    currency: campaign?.currency ?? figures.currency,
    budgetDailyMicros: campaign?.budget.dailyMicros ?? null,
    spendMicros: figures.today.net.micros,
    restricts: pullOf(rule, detail.params)?.way === 'restrict',
  };
}
