import type { OpenAdLedger } from '@flightdeck/ledger';
import type { Metrics } from '@flightdeck/platform';

/** Counters of `/metrics`, read at each scrape. */
const COUNTERS = {
  flightdeck_ingest_accepted: ['Events appended since the start.', 'appended'],
  flightdeck_ingest_duplicates: ['Events that were in the ledger already, since the start.', 'duplicates'],
  flightdeck_ingest_quarantined: ['Records put into quarantine since the start.', 'quarantined'],
  flightdeck_ledger_lost_races: [
    'Appends refused because another writer was first, since the start.',
    'lostRaces',
  ],
  flightdeck_ledger_queued: ['Events waiting for an append.', 'queued'],
  flightdeck_dedupe_index_bytes: ['Memory of the de-duplication indexes.', 'indexMemoryBytes'],
} as const;

/** Adds what the process's writers count. */
export function addLedgerMetrics(metrics: Metrics, ledger: OpenAdLedger): void {
  for (const [name, [help, field]] of Object.entries(COUNTERS)) {
    metrics.gauge(name, help, () => ledger.stats().reduce((sum, one) => sum + one[field], 0));
  }
}
