import type { AdGroupBudget, Budget, DailyBudgetSince } from './events.js';

/** Ad groups of one campaign that may have a budget of their own. */
export const AD_GROUP_BUDGETS_MAX = 200;
/** Daily budgets remembered; beyond, the two oldest become one that is as high as the higher: a day's cap is never told too low. */
export const DAILY_BUDGETS_KEPT = 64;

/** The budget of an ad group; undefined when it has none. */
export function adGroupBudgetOf(adGroups: readonly AdGroupBudget[], adGroupId: string): Budget | undefined {
  return adGroups.find((one) => one.adGroupId === adGroupId)?.budget;
}

/** Whether what its ad groups spend bears on a campaign. */
export function hasAdGroupBudgets(
  campaign: { readonly adGroups?: readonly AdGroupBudget[] } | undefined,
): boolean {
  return campaign?.adGroups !== undefined && campaign.adGroups.length > 0;
}

/** With another budget for one ad group; one without any cap is taken out. */
export function withAdGroupBudget(
  adGroups: readonly AdGroupBudget[],
  { adGroupId, budget }: AdGroupBudget,
): readonly AdGroupBudget[] {
  if (budget.dailyMicros === undefined && budget.lifetimeMicros === undefined)
    return adGroups.filter((one) => one.adGroupId !== adGroupId);
  const next = { adGroupId, budget };
  return adGroups.some((one) => one.adGroupId === adGroupId)
    ? adGroups.map((one) => (one.adGroupId === adGroupId ? next : one))
    : [...adGroups, next];
}

/** With the daily budget that holds from `at` on. */
export function withDailyBudget(
  known: readonly DailyBudgetSince[],
  { dailyMicros }: Budget,
  at: string,
): readonly DailyBudgetSince[] {
  const next = known.concat(dailyMicros === undefined ? { at } : { at, dailyMicros }); // no larger than it has to be
  const [first, second, ...rest] = next;
  if (next.length <= DAILY_BUDGETS_KEPT || first === undefined || second === undefined) return next;
  return [{ at: second.at, ...higher(first, second) }, ...rest];
}

/** Without a daily budget there is no cap at all, which is the highest. */
function higher(a: DailyBudgetSince, b: DailyBudgetSince): Pick<DailyBudgetSince, 'dailyMicros'> {
  if (a.dailyMicros === undefined || b.dailyMicros === undefined) return {};
  return { dailyMicros: Math.max(a.dailyMicros, b.dailyMicros) };
}
