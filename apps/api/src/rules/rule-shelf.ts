import { PREFIX, STREAM } from '@flightdeck/contracts';
import { rule as decider, type Rule, type RuleCommand, type RuleEvent } from '@flightdeck/domain';
import type { Batch, Checkpoint, EventStore } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import type { Fold } from '../follow/follow-into.js';
import { decide } from '../http/decide.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';

const FACTS_MAX = 1_000_000;

/** Every rule, for lists, in memory: a fold of the `rule-*` streams. A single rule is read from its stream. */
export class RuleShelf implements Fold {
  readonly name = 'rules-list';
  readonly selector = { prefix: PREFIX.rule };
  private readonly rules = new Map<string, Rule>();
  private checkpoint: Checkpoint = 'start';

  constructor(private readonly store: EventStore) {}

  all(): readonly Rule[] {
    return [...this.rules.values()];
  }

  async current(ruleId: string): Promise<Rule | undefined> {
    let state = decider.initial;
    for await (const stored of this.store.read(STREAM.rule(ruleId), 'start', {
      direction: 'forwards',
      max: FACTS_MAX,
    })) {
      state = decider.evolve(state, decodeEvent<RuleEvent>(stored));
    }
    return state;
  }

  /** The rule after the command. @throws {ProblemException} when the business, or somebody quicker, says no. */
  async change(
    command: RuleCommand,
    expected: number | 'any',
    idempotencyKey: string | undefined,
  ): Promise<{ readonly rule: Rule; readonly changed: boolean }> {
    const stream = STREAM.rule(command.ruleId);
    const changed = await decide({
      ...{ store: this.store, stream, decider, command },
      ...{ actor: command.actor, expected, idempotencyKey },
    });
    if (!changed.ok) {
      throw 'rejection' in changed
        ? rejectionProblem(changed.rejection)
        : staleProblem(expected, changed.staleAt);
    }
    if (changed.state === undefined) throw new Error('A rule that was changed does not exist.');
    return { rule: changed.state, changed: changed.changed };
  }

  from(): Checkpoint {
    return this.checkpoint;
  }

  take(batch: Batch): void {
    for (const stored of batch.events) {
      const event = decodeEvent<RuleEvent>(stored);
      const { ruleId } = event.data;
      const known = this.rules.get(ruleId);
      if (known !== undefined && known.revision >= stored.revision) continue;
      const next = decider.evolve(known, event);
      if (next !== undefined) this.rules.set(ruleId, next);
    }
    this.checkpoint = batch.checkpoint;
  }
}
