import type { EventStore } from '@flightdeck/event-store';
import { eventLeafHash } from '../leaf/leaf-hash.js';
import { ledgerRange } from '../log/ledger-range.js';
import type { SealedCheckpoint } from '../log/checkpoint-file.js';
import type { LogReader } from '../log/log-reader.js';
import { GrowingTree } from '../merkle/growth.js';
import { HASH_BYTES } from '../merkle/hashes.js';
import { openNote } from '../note/signed-note.js';

/** Faults that one check names; it then ends. */
export const FAULTS_MAX = 100;
const HASHES_PER_LEAF_MAX = 54;
const CHECKPOINTS_PAGE = 1_000;

/** A place where the ledger, or its log, is not what was signed. */
export interface LedgerFault {
  readonly kind: 'event' | 'end' | 'unreadable' | 'tree' | 'signature';
  /** In the global order. */
  readonly index: number;
  readonly stream?: string;
  readonly revision?: number;
  readonly detail: string;
}

/**
 * Reads the events [from, to) once more, hashes them, and holds them against the leaves of the log, the tree over them against every
 * checkpoint in the range, and those against the key. `to` must be the size of a checkpoint. Answers what is not so; nothing: all is.
 */
export async function checkLedger(
  ledger: Pick<EventStore, 'follow'>,
  log: LogReader,
  from: number,
  to: number,
): Promise<readonly LedgerFault[]> {
  const faults: LedgerFault[] = [];
  const tree = new GrowingTree(from, log.frontierAt(from));
  const scratch = Buffer.allocUnsafe(HASHES_PER_LEAF_MAX * HASH_BYTES);
  const checkpoints = checkpointsOf(log, from, to);
  let next = checkpoints.next();
  try {
    for await (const page of ledgerRange(ledger, log, from, to)) {
      for (const { index, event } of page) {
        const leaf = eventLeafHash(event, index);
        if (!leaf.equals(log.leafHash(index))) faults.push(changed(index, event.stream, event.revision));
        tree.add(leaf, scratch, 0);
        for (; next.done !== true && next.value.size === tree.size; next = checkpoints.next())
          faults.push(...checkpointFaults(log, next.value, tree));
        if (faults.length >= FAULTS_MAX) return faults.slice(0, FAULTS_MAX);
      }
    }
  } catch (error) {
    // What cannot be read cannot be what was signed: a store that finds its own checksums wrong says so here.
    const kind = error instanceof RangeError ? 'end' : 'unreadable';
    const detail = error instanceof Error ? error.message : String(error);
    faults.push({ kind, index: tree.size, detail });
  }
  return faults;
}

function changed(index: number, stream: string, revision: number): LedgerFault {
  const detail = `The event at ${index} (${stream} ${revision}) is not the one that was signed.`;
  return { kind: 'event', index, stream, revision, detail };
}

function* checkpointFaults(
  log: LogReader,
  sealed: SealedCheckpoint,
  tree: GrowingTree,
): Generator<LedgerFault> {
  const { size, root } = sealed;
  if (!Buffer.from(root).equals(tree.root()))
    yield {
      kind: 'tree',
      index: size,
      detail: `The first ${size} events do not lead to the root that was signed.`,
    };
  if (openNote(log.note(sealed), log.key) === undefined)
    yield {
      kind: 'signature',
      index: size,
      detail: `The checkpoint of ${size} events is not signed with the key.`,
    };
}

function* checkpointsOf(log: LogReader, from: number, to: number): Generator<SealedCheckpoint, undefined> {
  for (let next = from + 1; next <= to;) {
    const page = log.list(next, CHECKPOINTS_PAGE);
    for (const sealed of page) if (sealed.size <= to) yield sealed;
    const last = page.at(-1);
    if (last === undefined) return undefined;
    next = last.size + 1;
  }
  return undefined;
}
