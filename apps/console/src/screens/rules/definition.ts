import type { PreviewRule, Rule } from '../../api/generated/types.gen';

/** What the author of a rule writes. */
export type Definition = Omit<PreviewRule, 'campaignIds' | 'limit'>;

export const NEW_RULE: Definition = {
  name: 'Pause at 90 % of the day’s budget',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
};

/** What was written of a rule that is kept. */
export function definitionOf({
  name,
  scope,
  conditions,
  action,
  severity,
  guards,
  priority,
  rollout,
}: Rule): Definition {
  return {
    ...{ name, scope, conditions, action, severity, guards, priority },
    ...(rollout === null ? {} : { rollout }),
  };
}

export const COMMANDS: readonly Definition['action']['command'][] = [
  'PauseCampaign',
  'ResumeCampaign',
  'AdjustDailyBudget',
  'AdjustBid',
  'NotifyOwner',
];

export const SEVERITIES: readonly Definition['severity'][] = ['info', 'warning', 'critical'];

/** A rule's scope in words. */
export function scopeText(scope: Definition['scope']): string {
  if ('all' in scope) return 'every campaign';
  if ('campaignIds' in scope) return scope.campaignIds.join(', ');
  return 'advertiserId' in scope ? `advertiser ${scope.advertiserId}` : `tagged ${scope.tags.join(', ')}`;
}
