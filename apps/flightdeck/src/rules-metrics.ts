import type { Metrics } from '@flightdeck/platform';
import type { RulesStats } from '../../rules/src/index.js';

/** Counters of `/metrics`, read at each scrape. */
const COUNTERS = {
  flightdeck_commands_issued: ['Commands issued by rules since the start.', 'fired'],
  flightdeck_commands_dispatched: ['Commands handed to the bus since the start.', 'dispatched'],
  flightdeck_commands_failed: ['Commands that the bus would not take, since the start.', 'failed'],
  flightdeck_commands_unacknowledged: [
    'Alerts that nobody answered a command in time, since the start.',
    'unacknowledged',
  ],
  flightdeck_commands_expired: ['Commands that nobody answered at all, since the start.', 'expired'],
  flightdeck_rules_suppressed: ['Commands that lost against an opposite one, since the start.', 'suppressed'],
  flightdeck_rules_failed: ['Evaluations of rules that failed, since the start.', 'failedRules'],
} as const;

/** Adds what the rules of the process count. */
export function addRulesMetrics(metrics: Metrics, stats: RulesStats): void {
  for (const [name, [help, field]] of Object.entries(COUNTERS)) metrics.gauge(name, help, () => stats[field]);
  metrics.gauge('flightdeck_commands_waiting', 'Commands issued and not handed to the bus yet.', () =>
    stats.outboxWaiting(),
  );
}
