import { AdFactReader } from '../ad-fact/ad-fact-reader.js';
import { type AdFact, emptyFact } from '../ad-fact/ad-fact.js';
import { count, emptyCounters, moneyAt, SLOT } from '../projections/counters.js';
import type { Spent } from '../read-models.js';
import type { History, RevisionRange } from '../replay/fold-history.js';

export interface AddSpend {
  readonly history: History;
  /** Stream of the partition of these campaigns. */
  readonly stream: string;
  readonly range: RevisionRange;
  readonly campaignIds: ReadonlySet<string>;
  /** The local day whose spend is told beside that of all days, `YYYY-MM-DD`. */
  readonly day: string;
}

/** One sum that is asked for: the events that count in it. */
export type CountsIn = (fact: AdFact) => boolean;

/**
 * What campaigns of one partition spent, net, added up from the ledger alone: one look at the range for all of `sums`. For each of
 * these the spend by campaign, without those that have no event in it. Needs two rows of memory per campaign and sum.
 * @throws when `signal` aborts.
 */
export async function addSpend(
  { history, stream, range, campaignIds, day }: AddSpend,
  sums: readonly CountsIn[],
  signal: AbortSignal,
): Promise<readonly ReadonlyMap<string, Spent>[]> {
  const books = sums.map(() => new Map<string, Book>());
  const reader = new AdFactReader();
  const fact = emptyFact();
  for await (const batch of history.read(stream, range, signal)) {
    for (const stored of batch) {
      if (!reader.read(stored, fact) || !campaignIds.has(fact.campaignId)) continue;
      for (const [i, counts] of sums.entries()) if (counts(fact)) book(books[i], fact, day);
    }
    await new Promise(setImmediate); // others have their turn
  }
  signal.throwIfAborted();
  return books.map((byCampaign) => new Map(Array.from(byCampaign, ([id, one]) => [id, spentOf(one)])));
}

interface Book {
  readonly today: Float64Array;
  readonly lifetime: Float64Array;
}

function book(books: Map<string, Book> | undefined, fact: AdFact, day: string): void {
  const known = books?.get(fact.campaignId) ?? { today: emptyCounters(), lifetime: emptyCounters() };
  books?.set(fact.campaignId, known);
  count(known.lifetime, 0, fact, false);
  if (fact.day === day) count(known.today, 0, fact, false);
}

function spentOf({ today, lifetime }: Book): Spent {
  return { today: moneyAt(today, SLOT.net), lifetime: moneyAt(lifetime, SLOT.net) };
}
