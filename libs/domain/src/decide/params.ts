import type { Campaign } from '../campaign/events.js';
import { roundHalfEven } from '../money/display.js';
import type { Rule } from '../rule/rule.js';

type Params = Readonly<Record<string, unknown>>;

/**
 * What the command says. A factor on the budget is worked out at the decision, so that a consumer who gets the command twice
 * arrives at the same budget. Undefined: there is no daily budget to multiply, or the result is no amount.
 */
export function paramsOf({ action }: Rule, campaign: Campaign | undefined): Params | undefined {
  const { factor } = action.params;
  const previous = campaign?.budget.dailyMicros;
  if (action.command !== 'AdjustDailyBudget') return action.params;
  if (typeof factor !== 'number')
    return previous === undefined ? action.params : { ...action.params, previousDailyMicros: previous };
  if (previous === undefined) return undefined;
  const dailyMicros = roundHalfEven(previous * factor);
  if (!Number.isSafeInteger(dailyMicros) || dailyMicros < 1) return undefined;
  return { dailyMicros, factor, previousDailyMicros: previous };
}
