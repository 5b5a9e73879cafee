import { SHARD_END, type Lease } from './lease-table.js';

/** What a worker sees of the leases. */
export interface LeaseView {
  readonly leases: readonly Lease[];
  readonly me: string;
  /** Nobody's: never owned, let go, or without a sign of life for too long. */
  readonly isFree: (lease: Lease) => boolean;
}

/**
 * Which leases a worker should take now: free ones up to its fair share; and when there is none left to take, one from the worker
 * who has the most, if that is more than its fair share. One at a time, so that two who join do not empty a third. Shards whose
 * parents are not drained, and drained ones, are nobody's.
 */
export function leasesToTake({ leases, me, isFree }: LeaseView): readonly Lease[] {
  const readable = leases.filter((lease) => isReadable(lease, leases));
  const owners = new Map<string, Lease[]>([[me, []]]);
  for (const lease of readable)
    if (lease.owner !== undefined && !isFree(lease))
      owners.set(lease.owner, [...(owners.get(lease.owner) ?? []), lease]);
  const fair = Math.ceil(readable.length / owners.size);
  const mine = owners.get(me)?.length ?? 0;
  if (mine >= fair) return [];
  const free = readable.filter((lease) => isFree(lease) && lease.owner !== me);
  if (free.length > 0) return free.slice(0, fair - mine);
  const [richest] = [...owners].filter(([owner]) => owner !== me).sort((a, b) => b[1].length - a[1].length);
  const stolen = richest?.[1][0];
  return stolen !== undefined && (richest?.[1].length ?? 0) > mine + 1 ? [stolen] : [];
}

/** Children are read after their parents, or a campaign's later events could come before its earlier ones. */
export function isReadable(lease: Lease, leases: readonly Lease[]): boolean {
  if (lease.checkpoint === SHARD_END) return false;
  return lease.parents.every((parent) => {
    const known = leases.find(({ shardId }) => shardId === parent);
    return known === undefined || known.checkpoint === SHARD_END; // without a row it was trimmed long ago
  });
}
