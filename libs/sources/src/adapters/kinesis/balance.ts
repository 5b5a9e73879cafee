import { SHARD_END, type Lease } from './lease-table.js';

/** What a worker sees of the leases. */
export interface LeaseView {
  readonly leases: readonly Lease[];
  readonly me: string;
  /** Nobody's: never owned, let go, without a sign of life for too long; or this worker's own, which it does not read. */
  readonly isFree: (lease: Lease) => boolean;
}

/** What a worker should do now. */
export interface Move {
  /** Leases to take at once. */
  readonly take: readonly Lease[];
  /** A lease to ask its owner for, who hands it over when what it has in hand is done. */
  readonly ask: Lease | undefined;
}

/**
 * Free leases are taken up to a fair share; when there is none left to take, one is asked of the worker who has the most, if that
 * is more than its fair share. One at a time, so that two who join do not empty a third. Shards whose parents are not drained,
 * and drained ones, are nobody's.
 */
export function nextMove({ leases, me, isFree }: LeaseView): Move {
  const readable = leases.filter((lease) => isReadable(lease, leases));
  const owners = new Map<string, Lease[]>([[me, []]]);
  for (const lease of readable)
    if (lease.owner !== undefined && !isFree(lease))
      owners.set(lease.owner, [...(owners.get(lease.owner) ?? []), lease]);
  const fair = Math.ceil(readable.length / owners.size);
  const mine = owners.get(me)?.length ?? 0;
  const free = readable.filter(isFree);
  if (mine >= fair) return { take: [], ask: undefined };
  if (free.length > 0) return { take: free.slice(0, fair - mine), ask: undefined };
  if (readable.some(({ wanted }) => wanted === me)) return { take: [], ask: undefined };
  const [richest] = [...owners].filter(([owner]) => owner !== me).sort((a, b) => b[1].length - a[1].length);
  const [, theirs = []] = richest ?? [];
  const ask = theirs.find(({ wanted }) => wanted === undefined);
  return { take: [], ask: theirs.length > mine + 1 ? ask : undefined };
}

/** Children are read after their parents, or a campaign's later events could come before its earlier ones. */
export function isReadable(lease: Lease, leases: readonly Lease[]): boolean {
  if (lease.checkpoint === SHARD_END) return false;
  return lease.parents.every((parent) => {
    const known = leases.find(({ shardId }) => shardId === parent);
    return known === undefined || known.checkpoint === SHARD_END; // without a row it was trimmed long ago
  });
}
