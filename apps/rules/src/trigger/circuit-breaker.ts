import { STREAM } from '@flightdeck/contracts';
import { formatInstant, rule as decider, type Rule } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { handleCommand } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import { randomUUID } from 'node:crypto';

/** Failures of one rule in a row after which it is disabled. */
export const FAILURES_MAX = 5;
const ACTOR = 'flightdeck.rules';
const MESSAGE_LENGTH_MAX = 200;

export interface BreakerDeps {
  readonly store: EventStore;
  readonly clock: Clock;
  /** Told of every failure, and of a rule that was disabled for them. */
  readonly onFailure: (rule: Rule, error: unknown, disabled: boolean) => void;
}

/** Disables a rule that fails whenever it is evaluated, so that it cannot keep the others from their work. Somebody has to revise it. */
export class CircuitBreaker {
  private readonly failures = new Map<string, number>();

  constructor(private readonly deps: BreakerDeps) {}

  /** The rule was evaluated; what was before is forgiven. */
  worked({ ruleId }: Rule): void {
    if (this.failures.size > 0) this.failures.delete(ruleId);
  }

  /** @throws whatever the store throws. */
  async failed(rule: Rule, error: unknown): Promise<void> {
    const failures = (this.failures.get(rule.ruleId) ?? 0) + 1;
    this.failures.set(rule.ruleId, failures);
    this.deps.onFailure(rule, error, failures >= FAILURES_MAX);
    if (failures < FAILURES_MAX) return;
    const { store, clock } = this.deps;
    const message = String(error).slice(0, MESSAGE_LENGTH_MAX);
    const reason = `Circuit breaker: it failed ${FAILURES_MAX} times in a row, last with ${message}`;
    const command = {
      type: 'DisableRule',
      ruleId: rule.ruleId,
      actor: ACTOR,
      reason,
      at: formatInstant(clock()),
    } as const;
    // Only the revision that failed: who has revised the rule meanwhile may have mended it.
    const expected = { expected: rule.revision, metadata: { actor: ACTOR } };
    await handleCommand({ store, decider, newId: randomUUID }, STREAM.rule(rule.ruleId), command, expected);
    this.failures.delete(rule.ruleId);
  }
}
