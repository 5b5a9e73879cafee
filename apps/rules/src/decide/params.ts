import { roundHalfEven, type Campaign, type Rule } from '@flightdeck/domain';

type Params = Readonly<Record<string, unknown>>;

/**
 * What the command says. A factor on the budget is worked out at the decision, so that a consumer who gets the command twice
 * arrives at the same budget. Undefined: there is no daily budget to multiply, or the result is no amount.
 */
export function paramsOf({ action }: Rule, campaign: Campaign | undefined): Params | undefined {
  const { factor } = action.params;
  if (action.command !== 'AdjustDailyBudget' || typeof factor !== 'number') return action.params;
  const previous = campaign?.budget.dailyMicros;
  if (previous === undefined) return undefined;
  const dailyMicros = roundHalfEven(previous * factor);
  if (!Number.isSafeInteger(dailyMicros) || dailyMicros < 1) return undefined;
  return { dailyMicros, factor, previousDailyMicros: previous };
}
