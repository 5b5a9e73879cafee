import { MINUTE_MS } from '../time/instant.js';
import type { RuleFirings } from '../command/firing.js';
import type { FactSource } from './fact-source.js';
import type { PreparedRule } from './prepared-rule.js';

/** Rules and campaigns that are on their way to being rearmed; beyond it the longest waiting begins anew. */
export const CLEARING_MAX = 200_000;

/**
 * Hysteresis: sees for how long what rearms a rule has held. A wait that is cut short begins anew, after a restart too, so a rule
 * is at worst rearmed later than it could be, never sooner. That it *was* rearmed is a fact of the ledger.
 */
export class Clearing {
  private readonly since: Map<string, number>;

  /** `since`: what {@link entries} told, to go on from there. */
  constructor(since: Iterable<readonly [string, number]> = []) {
    this.since = new Map(since);
  }

  /** Since when what is on its way has been clear, the longest waiting first. */
  get entries(): readonly (readonly [string, number])[] {
    return [...this.since];
  }

  /** True once the rule has been clear for as long as its guard asks: the moment to record that it is rearmed. */
  look(
    { rule, rearms }: PreparedRule,
    campaignId: string,
    facts: FactSource,
    nowMs: number,
    firings: RuleFirings | undefined,
    rearmedAfter: number | undefined,
  ): boolean {
    const { rearmAfterMinutes } = rule.guards;
    if (rearmAfterMinutes === undefined || firings === undefined || firings.total === rearmedAfter)
      return false;
    const key = `${rule.ruleId} ${rule.revision} ${campaignId} ${firings.total}`;
    if (!rearms(facts)) {
      this.since.delete(key);
      return false;
    }
    const sinceMs = this.since.get(key);
    if (sinceMs !== undefined || rearmAfterMinutes === 0) {
      if (nowMs - (sinceMs ?? nowMs) < rearmAfterMinutes * MINUTE_MS) return false;
      this.since.delete(key);
      return true;
    }
    this.since.set(key, nowMs);
    if (this.since.size > CLEARING_MAX) this.since.delete(this.since.keys().next().value ?? '');
    return false;
  }
}
