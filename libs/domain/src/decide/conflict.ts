import type { Rule } from '../rule/rule.js';

/** What a command pulls at, and whether it makes the campaign spend less (`restrict`) or more (`loosen`). */
export interface Pull {
  readonly lever: 'serving' | 'budget' | 'bid';
  readonly way: 'restrict' | 'loosen';
}

type Params = Readonly<Record<string, unknown>>;

/** Which lever a rule pulls, whatever its parameters; undefined when it pulls none. */
export function leverOf({ action }: Pick<Rule, 'action'>): Pull['lever'] | undefined {
  switch (action.command) {
    case 'PauseCampaign':
    case 'ResumeCampaign':
      return 'serving';
    case 'AdjustDailyBudget':
      return 'budget';
    case 'AdjustBid':
      return 'bid';
    case 'NotifyOwner':
      return undefined;
  }
}

/** The way in which a rule's command pulls; undefined for a notice, for no change at all, and where what is changed is not known. */
export function pullOf(rule: Pick<Rule, 'action'>, params: Params): Pull | undefined {
  const { command } = rule.action;
  if (command === 'PauseCampaign') return { lever: 'serving', way: 'restrict' };
  if (command === 'ResumeCampaign') return { lever: 'serving', way: 'loosen' };
  if (command === 'AdjustBid') return towards('bid', params['factor'], 1);
  if (command === 'AdjustDailyBudget')
    return towards('budget', params['dailyMicros'], params['previousDailyMicros']);
  return undefined;
}

function towards(lever: Pull['lever'], after: unknown, before: unknown): Pull | undefined {
  if (typeof after !== 'number' || typeof before !== 'number' || after === before) return undefined;
  return { lever, way: after < before ? 'restrict' : 'loosen' };
}

/** Something that wants to pull, in the order of precedence. */
export interface Wanting {
  readonly rule: Rule;
  readonly pull: Pull | undefined;
}

/**
 * Which of them loses: of two that pull the same lever in opposite ways, the one that loosens, whatever its priority, because what
 * was not spent can still be spent tomorrow. The answer is the rule that wins, the highest in precedence if there are several.
 */
export function losesTo(one: Wanting, all: readonly Wanting[]): Rule | undefined {
  const { pull } = one;
  if (pull?.way !== 'loosen') return undefined;
  return all.find(({ pull: other }) => other?.lever === pull.lever && other.way === 'restrict')?.rule;
}
