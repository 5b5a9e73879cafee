import type { Counters } from '@flightdeck/domain';
import type { AdFact } from '../ad-fact/ad-fact.js';
import type { LedgerEvent } from '../ledger-batch.js';
import { count, countersAt, emptyCounters } from '../projections/counters.js';
import type { History, RevisionRange } from '../replay/fold-history.js';
import { CampaignEventReader } from './row-events.js';

export interface AddedEvents {
  /** Without what is credited to conversions by attribution: that is no sum of the events alone. */
  readonly counters: Counters;
  readonly events: number;
}

/** Adds a campaign's events in a range of its partition anew, those that belong, and shows each to `see`. @throws when `signal` aborts. */
export async function addEvents(
  history: History,
  from: {
    readonly campaignId: string;
    readonly stream: string;
    readonly range: RevisionRange;
    readonly belongs: (fact: AdFact) => boolean;
  },
  see: (stored: LedgerEvent, fact: AdFact) => void,
  signal: AbortSignal,
): Promise<AddedEvents> {
  const reader = new CampaignEventReader(from.campaignId);
  const sum = emptyCounters();
  let events = 0;
  for await (const batch of history.read(from.stream, from.range, signal)) {
    for (const stored of batch) {
      const fact = reader.read(stored);
      if (fact === undefined || !from.belongs(fact)) continue;
      count(sum, 0, fact, false);
      events += 1;
      see(stored, fact);
    }
    await new Promise(setImmediate); // others have their turn
  }
  signal.throwIfAborted();
  return { counters: countersAt(sum, 0), events };
}
