import { readFileSync, readlinkSync } from 'node:fs';
import type { Database } from 'lmdb';

/** Version of the environment's layout; a chunk's own layout has its number in the chunk. */
const FORMAT = 1;

/** Who owns a directory. */
export interface Owner {
  readonly format: number;
  readonly pid: number;
  /** Tells a process from a later one with the same number; empty where the system does not tell (then the number must do). */
  readonly started: string;
  /** The boot of the machine and the process namespace in which `pid` means something. */
  readonly world: string;
  /** Counts owners. Every commit is conditional on it, so that an owner that was taken over can never write again. */
  readonly epoch: number;
}

/** A live process owns the directory. */
export class StoreInUse extends Error {
  override readonly name = 'StoreInUse';
}

/**
 * Takes ownership inside an LMDB write transaction: its writer lock is the operating system's (released when a process dies,
 * whoever killed it), so two processes that both find a dead owner cannot both take its place.
 * @throws {StoreInUse} when the recorded owner is alive.
 * @throws {Error} when a later version of the product has written the directory.
 */
export function claim(owners: Database<Owner, string>, directory: string): Owner {
  return owners.transactionSync(() => {
    const last = owners.get('owner');
    if (last !== undefined && isAlive(last))
      throw new StoreInUse(
        `The event store in ${directory} is in use by process ${last.pid}${last.pid === process.pid ? ' (this one)' : ''}.`,
      );
    if (last !== undefined && last.format !== FORMAT)
      throw new Error(
        `The event store in ${directory} is of format ${last.format}; this version knows format ${FORMAT}.`,
      );
    const epoch = (last?.epoch ?? 0) + 1;
    const owner = { format: FORMAT, pid: process.pid, started: startOf(process.pid), world: world(), epoch };
    owners.putSync('owner', owner, epoch);
    return owner;
  });
}

/** Gives the directory free, unless it has been taken over. */
export async function release(owners: Database<Owner, string>, owner: Owner): Promise<void> {
  await owners.ifVersion('owner', owner.epoch, () => {
    void owners.put('owner', { ...owner, pid: 0 }, owner.epoch);
  });
}

/**
 * An owner of another boot is dead. One of another process namespace (a container's last life) cannot be seen from here and is
 * taken to be dead: were it alive, its next commit would find a newer epoch and end it, so nothing could be written twice.
 */
function isAlive(owner: Owner): boolean {
  if (owner.pid === 0 || owner.world !== world()) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return startOf(owner.pid) === owner.started;
}

/**
 * Clock ticks since boot at which the process began (proc(5): state is field 3, starttime field 22; field 2, the name, may hold
 * spaces and parentheses). A killed process that nobody has reaped yet is still listed, in state Z or X.
 */
function startOf(pid: number): string {
  const stat = orEmpty(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? 'dead' : (fields[19] ?? '');
}

function world(): string {
  return `${orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim())} ${orEmpty(() => readlinkSync('/proc/self/ns/pid'))}`;
}

/** Systems without /proc (macOS, Windows) tell nothing; there a live process with the owner's number counts as the owner. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
