import type { ChangeBudget } from '../../api/generated/types.gen';
import type { Spent } from './levels';
import type { Budget } from './wanted';

/** Whose budget it is, as it was seen. */
export interface BudgetHolder {
  readonly kind: 'advertiser' | 'campaign' | 'ad group';
  readonly name: string;
  readonly currency: string;
  readonly budget: Budget;
  /** Null while nothing is known of it. */
  readonly spend: Spent | null;
  /** Null before anything was written about it. */
  readonly revision: number | null;
}

/** A whole budget, against the revision that the person saw. */
export interface WantedBudget {
  readonly body: ChangeBudget;
  readonly revision: number | null;
}

/** The mutation that carries a change out. */
export interface BudgetChange {
  readonly error: unknown;
  readonly isPending: boolean;
  readonly reset: () => void;
  readonly mutate: (wanted: WantedBudget, then: { readonly onSuccess: () => void }) => void;
}
