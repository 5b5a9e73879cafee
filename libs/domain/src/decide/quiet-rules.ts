import type { Campaign } from '../campaign/events.js';
import {
  CHANGE,
  countedBetween,
  EVERY_CHANGE,
  NO_CHANGE,
  turnedBetween,
  type Changes,
} from '../facts/changes.js';
import type { Counters } from '../figures/figures.js';
import { dayOf } from '../time/day.js';
import type { Verdict } from './decide-campaign.js';
import type { FactSource } from './fact-source.js';
import type { OwnBudget } from './headroom.js';
import type { PreparedRule } from './prepared-rule.js';

/** Campaigns that are remembered; beyond it the one remembered longest is forgotten, and all its rules are looked at once more. */
export const QUIET_CAMPAIGNS_MAX = 20_000;

/** A rule may come to another verdict; its conditions did not hold; it has fired and will not again before the day ends. */
const OPEN = 0;
const NOT_MATCHED = 1;
const SPENT = 2;
/** Everything that can be counted. */
const COUNTED = EVERY_CHANGE & ~(CHANGE.day | CHANGE.quarter | CHANGE.minute | CHANGE.moment);

/** What is remembered of a campaign, brought up to a moment: see {@link QuietRules}. */
export class QuietCampaign<R extends PreparedRule> {
  private readonly states: Uint8Array;
  private lifetime: Counters | undefined;
  private isHeld = false;

  constructor(
    readonly rules: readonly R[],
    readonly campaign: Campaign | undefined,
    private nowMs: number,
    private day: string,
  ) {
    this.states = new Uint8Array(rules.length);
  }

  /** Time has passed; `day` is the local one of the campaign. */
  turn(nowMs: number, day: string): void {
    if (nowMs === this.nowMs) return;
    const turned = turnedBetween(this.nowMs, nowMs, day === this.day);
    this.nowMs = nowMs;
    this.day = day;
    if (turned !== 0) this.reopen(turned);
  }

  /** This is what is counted of its lifetime by now. `isHeld`: caps bear on it that others spend under too. */
  count(lifetime: Counters, isHeld: boolean): void {
    const before = this.lifetime;
    this.lifetime = lifetime;
    let changes = before === undefined ? COUNTED : countedBetween(before, lifetime, this.unmatchedBy());
    if (isHeld !== this.isHeld) changes |= CHANGE.caps;
    this.isHeld = isHeld;
    if (changes !== 0) this.reopen(changes);
  }

  /** The rule may come to another verdict than the last time. */
  isOpen(at: number): boolean {
    return this.states[at] === OPEN;
  }

  /** Its conditions did not hold, and nothing that they look at has changed since. */
  isUnmatched(at: number): boolean {
    return this.states[at] === NOT_MATCHED;
  }

  /** It has fired, and nothing but a new day makes it fire again. */
  isSpent(at: number): boolean {
    return this.states[at] === SPENT;
  }

  /** What the rule came to with everything that {@link turn} and {@link count} told. */
  note(at: number, verdict: Verdict): void {
    const rule = this.rules[at];
    if (rule === undefined) return;
    const isOpen = this.isHeld && (rule.changes & CHANGE.caps) !== 0;
    this.states[at] = isOpen ? OPEN : stateAfter(rule, verdict);
  }

  /**
   * Net micros that have to be counted before any rule can come to another verdict, as long as the local day, the terms and what bears
   * on the campaign stay as they are; see {@link Headroom}. After everything that is open was noted.
   */
  headroom(facts: FactSource, budget: OwnBudget): number {
    let least = Infinity;
    for (let at = 0; at < this.states.length; at++) {
      const state = this.states[at];
      if (state === SPENT) continue;
      least = Math.min(least, state === OPEN ? 0 : (this.rules[at]?.headroom(facts, budget) ?? 0));
    }
    return least;
  }

  /** What makes a rule another whose conditions did not hold. */
  private unmatchedBy(): Changes {
    let changes = NO_CHANGE;
    for (let at = 0; at < this.states.length; at++)
      if (this.states[at] === NOT_MATCHED) changes |= this.rules[at]?.changes ?? EVERY_CHANGE;
    return changes;
  }

  private reopen(changes: Changes): void {
    const { states, rules } = this;
    for (let at = 0; at < states.length; at++) {
      const state = states[at];
      if (state === NOT_MATCHED && ((rules[at]?.changes ?? EVERY_CHANGE) & changes) !== 0) states[at] = OPEN;
      else if (state === SPENT && (changes & CHANGE.day) !== 0) states[at] = OPEN;
    }
  }
}

/**
 * Rules by the facts that they look at: which of a campaign's rules cannot come to another verdict than the last time, because
 * nothing that they look at has changed. Only two verdicts are so remembered: that the conditions did not hold, which is a
 * function of their facts alone, and that a rule has fired in its period. A campaign of other terms, other rules, or one that is
 * forgotten begins anew, with every rule open. So what is decided is what it would be without this, and nothing has to be kept.
 */
export class QuietRules<R extends PreparedRule> {
  private readonly campaigns = new Map<string, QuietCampaign<R>>();

  constructor(private readonly campaignsMax = QUIET_CAMPAIGNS_MAX) {}

  /** The campaign brought up to `nowMs`. `rules` are those in its scope: the same array as long as they are the same. */
  at(
    campaignId: string,
    rules: readonly R[],
    campaign: Campaign | undefined,
    nowMs: number,
  ): QuietCampaign<R> {
    const known = this.campaigns.get(campaignId);
    const day = dayOf(campaign?.timezone ?? 'UTC', nowMs);
    if (known !== undefined && known.rules === rules && known.campaign === campaign) {
      known.turn(nowMs, day);
      return known;
    }
    const fresh = new QuietCampaign(rules, campaign, nowMs, day);
    this.campaigns.set(campaignId, fresh);
    if (this.campaigns.size > this.campaignsMax)
      this.campaigns.delete(this.campaigns.keys().next().value ?? '');
    return fresh;
  }
}

function stateAfter({ rule }: PreparedRule, verdict: Verdict): number {
  const { fireOncePer, rearmAfterMinutes } = rule.guards;
  if (rearmAfterMinutes !== undefined) return OPEN; // has to be seen to clear
  if (verdict.kind === 'not-matched') return NOT_MATCHED;
  const hasFired = verdict.kind === 'skipped' && verdict.why === 'AlreadyFired';
  return hasFired && fireOncePer !== 'none' ? SPENT : OPEN;
}
