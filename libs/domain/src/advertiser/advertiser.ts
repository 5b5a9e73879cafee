import type { Budget } from '../campaign/events.js';
import { wrongBudget, type InvalidTerms } from '../campaign/terms.js';
import { wrongAt, type InvalidAt } from '../campaign/when.js';
import { accept, reject, type Decider, type Event } from '../kernel/decider.js';
import { sameJson } from '../kernel/same-json.js';

/** What all campaigns of an advertiser may spend together, in one currency. */
export interface AdvertiserBudget {
  /** ISO 4217. Campaigns in another currency are left out of the sum, and not held by the budget. */
  readonly currency: string;
  /** `dailyMicros` is for a calendar date: each campaign's own local day of that date. */
  readonly budget: Budget;
}

/** Stream `advertiser-<id>`. Stored for ever: add optional fields or new types; never rename, re-type or re-mean what is here. */
export type AdvertiserEvent = Event<
  'AdvertiserBudgetChanged',
  AdvertiserBudget & {
    readonly advertiserId: string;
    /** Absent the first time. */
    readonly previous?: AdvertiserBudget;
    readonly actor: string;
    readonly reason?: string;
    readonly at: string;
    readonly effectiveAt: string;
  }
>;

/** An advertiser that somebody has given a budget; one whose caps were lifted has an empty one. */
export interface Advertiser extends AdvertiserBudget {
  readonly advertiserId: string;
  readonly changedAt: string;
}

/** What can be asked of an advertiser. */
export type AdvertiserCommand = {
  readonly type: 'ChangeAdvertiserBudget';
  readonly advertiserId: string;
  readonly actor: string;
  readonly reason?: string;
  readonly at: string;
  readonly effectiveAt?: string;
} & AdvertiserBudget;

export type AdvertiserRejection = InvalidTerms | InvalidAt;

/** One advertiser, stream `advertiser-<id>`. Its state is undefined until it is given a budget. */
export const advertiser: Decider<
  AdvertiserCommand,
  AdvertiserEvent,
  Advertiser | undefined,
  AdvertiserRejection
> = {
  initial: undefined,

  evolve: (_, { data: { advertiserId, currency, budget, at } }) => ({
    ...{ advertiserId, currency, budget },
    changedAt: at,
  }),

  decide: (command, state) => {
    const { advertiserId, currency, budget, actor, reason, at, effectiveAt = at } = command;
    const wrong = wrongAt(command) ?? wrongBudget(budget);
    if (wrong !== undefined) return reject(wrong);
    const next: AdvertiserBudget = { currency, budget };
    const previous = state === undefined ? undefined : { currency: state.currency, budget: state.budget };
    if (previous !== undefined && sameJson(next, previous)) return accept();
    return accept({
      type: 'AdvertiserBudgetChanged',
      data: {
        ...{ advertiserId, ...next, actor, at, effectiveAt },
        ...(previous === undefined ? {} : { previous }),
        ...(reason === undefined ? {} : { reason }),
      },
    });
  },
};
