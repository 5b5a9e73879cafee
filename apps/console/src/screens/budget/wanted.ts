import type { ChangeBudget } from '../../api/generated/types.gen';
import { inputMoney, money, parseMoney } from '../../format/money';

/** A whole budget: a cap that is not in it is lifted. */
export type Budget = Pick<ChangeBudget, 'dailyMicros' | 'lifetimeMicros'>;

/** The caps that a budget can have, as they are named beside each other. */
export const CAPS = [
  { cap: 'dailyMicros', spent: 'todayMicros', label: 'A day' },
  { cap: 'lifetimeMicros', spent: 'lifetimeMicros', label: 'In all' },
] as const;

export type Cap = (typeof CAPS)[number]['cap'];

/** What a person typed for each cap, and which of them they lift. */
export interface Typed {
  readonly dailyMicros: string;
  readonly lifetimeMicros: string;
}

/** A budget as it is typed. */
export function typedOf(budget: Budget): Typed {
  return { dailyMicros: inputMoney(budget.dailyMicros), lifetimeMicros: inputMoney(budget.lifetimeMicros) };
}

/** Whether a text is a cap: an amount, or nothing for none. */
export function isCap(text: string): boolean {
  return text.trim() === '' || parseMoney(text) !== undefined;
}

/** What was typed, as a budget; undefined when it is none. */
export function wantedOf({ dailyMicros, lifetimeMicros }: Typed): Budget | undefined {
  if (!isCap(dailyMicros) || !isCap(lifetimeMicros)) return undefined;
  const [daily, lifetime] = [parseMoney(dailyMicros), parseMoney(lifetimeMicros)];
  return {
    ...(daily === undefined ? {} : { dailyMicros: daily }),
    ...(lifetime === undefined ? {} : { lifetimeMicros: lifetime }),
  };
}

/** Whether two budgets are the same budget. */
export function isSame(one: Budget, other: Budget): boolean {
  return CAPS.every(({ cap }) => one[cap] === other[cap]);
}

/** A cap as it is read: the amount, or that there is none. */
export function capText(micros: number | undefined, currency: string): string {
  return micros === undefined ? 'no cap' : money(micros, currency);
}
