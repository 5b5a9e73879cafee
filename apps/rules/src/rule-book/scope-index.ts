import type { Campaign, Rule } from '@flightdeck/domain';

/** Anything that belongs to a rule and is looked up by the rule's scope. */
export interface Scoped {
  readonly rule: Rule;
}

/** Campaigns whose rules are remembered; beyond it the memory starts anew. */
export const SCOPE_CACHE_MAX = 100_000;

interface Remembered<T> {
  readonly campaign: Campaign | undefined;
  readonly rules: readonly T[];
}

/**
 * Rules by their scope. A campaign has those for all, those that name it, and those for its advertiser or one of its tags (an
 * unregistered campaign has neither), highest priority first and then by id: always the same order.
 */
export class ScopeIndex<T extends Scoped> {
  private readonly forAll: readonly T[];
  private readonly byCampaign = new Map<string, T[]>();
  private readonly byAdvertiser = new Map<string, T[]>();
  private readonly byTag = new Map<string, T[]>();
  private readonly remembered = new Map<string, Remembered<T>>();

  constructor(rules: Iterable<T>) {
    const all: T[] = [];
    for (const one of rules) {
      const { scope } = one.rule;
      if ('all' in scope) all.push(one);
      else if ('campaignIds' in scope) scope.campaignIds.forEach((id) => add(this.byCampaign, id, one));
      else if ('advertiserId' in scope) add(this.byAdvertiser, scope.advertiserId, one);
      else scope.tags.forEach((tag) => add(this.byTag, tag, one));
    }
    this.forAll = all.sort(byPrecedence);
  }

  /** The rules of one campaign; `campaign` is undefined while it is unregistered. */
  inScope(campaignId: string, campaign: Campaign | undefined): readonly T[] {
    const known = this.remembered.get(campaignId);
    if (known !== undefined && known.campaign === campaign) return known.rules;
    const rules = this.find(campaignId, campaign);
    if (this.remembered.size >= SCOPE_CACHE_MAX) this.remembered.clear();
    this.remembered.set(campaignId, { campaign, rules });
    return rules;
  }

  private find(campaignId: string, campaign: Campaign | undefined): readonly T[] {
    const own = new Set(this.byCampaign.get(campaignId));
    if (campaign !== undefined) {
      this.byAdvertiser.get(campaign.advertiserId)?.forEach((one) => own.add(one));
      campaign.tags.forEach((tag) => this.byTag.get(tag)?.forEach((one) => own.add(one)));
    }
    return own.size === 0 ? this.forAll : [...this.forAll, ...own].sort(byPrecedence);
  }
}

function add<T>(index: Map<string, T[]>, key: string, one: T): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [one]);
  else list.push(one);
}

function byPrecedence(a: Scoped, b: Scoped): number {
  if (a.rule.priority !== b.rule.priority) return b.rule.priority - a.rule.priority;
  if (a.rule.ruleId === b.rule.ruleId) return 0;
  return a.rule.ruleId < b.rule.ruleId ? -1 : 1;
}
