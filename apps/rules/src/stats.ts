import type { CommandRejection, Silence } from '@flightdeck/domain';
import type { LatencyPercentiles } from '@flightdeck/platform';
import { CommandLatency } from './command-latency.js';

/** Counters of this process since its start, for metrics and `GET /v1/system`. */
export interface RulesStats {
  /** Rules whose conditions were looked at. */
  evaluations: number;
  /** Of these, runs of json-rules-engine: what the compiled conditions let through. */
  engineRuns: number;
  /** Rules left out because they have already fired or cool down. */
  spent: number;
  /** Rules left out because their conditions did not hold and nothing that they look at has changed. */
  unchanged: number;
  /** Decisions of shadow rules, rules that lost against others, and evaluations that threw. */
  shadowed: number;
  suppressed: number;
  failedRules: number;
  /** Commands issued. */
  fired: number;
  /** Commands handed to the bus, and failed for good. */
  dispatched: number;
  failed: number;
  expired: number;
  /** Alerts that nobody answered a command in time. */
  unacknowledged: number;
  /** Rules that matched and were kept silent, by why. */
  readonly silenced: Record<Silence | CommandRejection['code'] | 'no-parameters', number>;
  /** Campaigns waiting to be evaluated. */
  waiting: number;
  /** Time spent on figures, facts and conditions, without waiting for appends. */
  evaluationMs: number;
  readonly commandLatency: CommandLatency;
  /** From an event's arrival to its command on the bus, milliseconds; null before the first command. */
  latency(): LatencyPercentiles | null;
  /** Commands issued and not handed to the bus yet. */
  outboxWaiting(): number;
}

/** Everything at zero. */
export function rulesStats(outbox: { readonly depth: number } = { depth: 0 }): RulesStats {
  const commandLatency = new CommandLatency();
  return {
    commandLatency,
    latency: () => commandLatency.percentiles(),
    outboxWaiting: () => outbox.depth,
    ...{
      evaluations: 0,
      engineRuns: 0,
      spent: 0,
      unchanged: 0,
      shadowed: 0,
      suppressed: 0,
      failedRules: 0,
      fired: 0,
      dispatched: 0,
      failed: 0,
      expired: 0,
      unacknowledged: 0,
      waiting: 0,
      evaluationMs: 0,
    },
    silenced: {
      ...{ 'not-serving': 0, 'sample-too-small': 0, blind: 0, 'no-parameters': 0 },
      ...{ 'not-rolled-out': 0, 'out-of-schedule': 0, NotRearmed: 0 },
      ...{ StillOpen: 0, AlreadyApplied: 0, NothingToUndo: 0 },
      ...{ AlreadyFired: 0, InCooldown: 0, DailyMaximum: 0, TooManyOpen: 0, TooLarge: 0 },
      ...{ UnknownCommand: 0, AlreadyAcknowledged: 0, NotYetOverdue: 0, NotYetExpired: 0 },
    },
  };
}
