import { PREFIX, STREAM } from '@flightdeck/contracts';
import {
  sharedCondition as decider,
  type PinnedConditions,
  type SharedCondition,
  type SharedConditionCommand,
  type SharedConditionEvent,
} from '@flightdeck/domain';
import type { Batch, Checkpoint, EventStore } from '@flightdeck/event-store';
import { decodeEvent, foldStream } from '@flightdeck/ledger';
import type { Fold } from '../follow/follow-into.js';
import { decide } from '../http/decide.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';

/** Every shared condition, in memory: a fold of the `condition-*` streams. */
export class ConditionShelf implements Fold {
  readonly name = 'shared-conditions';
  readonly selector = { prefix: PREFIX.sharedCondition };
  private readonly conditions = new Map<string, SharedCondition>();
  private checkpoint: Checkpoint = 'start';

  constructor(private readonly store: EventStore) {}

  /** In the order of their ids. */
  all(): readonly SharedCondition[] {
    return [...this.conditions.values()].sort((a, b) => (a.conditionId < b.conditionId ? -1 : 1));
  }

  /** What a rule that is saved now can name. */
  pinned(): PinnedConditions {
    const inForce = [...this.conditions.values()].filter(({ retired }) => !retired);
    return Object.fromEntries(
      inForce.map(({ conditionId, revision, conditions }) => [conditionId, { revision, conditions }]),
    );
  }

  current(conditionId: string): Promise<SharedCondition | undefined> {
    return foldStream<SharedConditionEvent, SharedCondition | undefined>(
      this.store,
      STREAM.sharedCondition(conditionId),
      decider,
    );
  }

  /** The condition after the command. @throws {ProblemException} when the business, or somebody quicker, says no. */
  async change(command: SharedConditionCommand, expected: number | 'any'): Promise<SharedCondition> {
    const stream = STREAM.sharedCondition(command.conditionId);
    const changed = await decide({
      ...{ store: this.store, stream, decider, command },
      ...{ actor: command.actor, expected, idempotencyKey: undefined },
    });
    if (!changed.ok) {
      throw 'rejection' in changed
        ? rejectionProblem(changed.rejection)
        : staleProblem(expected, changed.staleAt);
    }
    if (changed.state === undefined) throw new Error('A condition that was changed does not exist.');
    return changed.state;
  }

  from(): Checkpoint {
    return this.checkpoint;
  }

  take(batch: Batch): void {
    for (const stored of batch.events) {
      const event = decodeEvent<SharedConditionEvent>(stored);
      const { conditionId } = event.data;
      const known = this.conditions.get(conditionId);
      if (known !== undefined && known.revision >= stored.revision) continue;
      const next = decider.evolve(known, event);
      if (next !== undefined) this.conditions.set(conditionId, next);
    }
    this.checkpoint = batch.checkpoint;
  }
}
