import { PREFIX } from '@flightdeck/contracts';
import type { CommandEvent } from '@flightdeck/domain';
import type { Batch, Checkpoint } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import type { Fold } from '../follow/follow-into.js';
import type { CommandIndex } from './command-index.js';

/** Keeps the command index up with the `command-*` streams. */
export function commandFold(index: CommandIndex): Fold {
  return {
    name: 'commands-list',
    selector: { prefix: PREFIX.command },
    from: (): Checkpoint => index.checkpoint,
    take: (batch: Batch) =>
      batch.events.length === 0 && batch.checkpoint === index.checkpoint
        ? undefined
        : index.apply(
            batch.events.map((stored) => decodeEvent<CommandEvent>(stored)),
            batch.checkpoint,
          ),
  };
}
