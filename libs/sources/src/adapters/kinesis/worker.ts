import type { RecordSource, SourceStats, TakeBatch } from '../../record-source.js';
import { isReadable, nextMove } from './balance.js';
import { LeaseLost, SHARD_END, type Lease, type LeaseTable } from './lease-table.js';
import { isThrottling, type ReadingDeps, type ReadShard } from './reading.js';
import { listShards, type KnownShard } from './shards.js';

/** Rounds in a row that fail before the source gives up. */
const FAILURES_MAX = 30;

export interface WorkerDeps extends Pick<
  ReadingDeps,
  'client' | 'stream' | 'random' | 'monotonicMs' | 'pause'
> {
  readonly leases: Pick<
    LeaseTable,
    'open' | 'all' | 'create' | 'take' | 'renew' | 'release' | 'ask' | 'forget'
  >;
  /** How a shard is read: polled or subscribed to. */
  readonly readShard: ReadShard;
  /** This worker's name, unlike any other's. */
  readonly me: string;
  /** How often leases are looked at and renewed. */
  readonly roundMs: number;
  /** A lease without a sign of life for so long is anybody's. */
  readonly leaseMs: number;
  /** Told of what failed and will be done again. */
  readonly onError: (error: unknown) => void;
  /** Told that records were trimmed before they were read: the one loss that a reader cannot mend. */
  readonly onGap: (shardId: string, checkpoint: string | undefined) => void;
}

interface Reading {
  lease: Lease;
  /** Durable up to here. */
  checkpoint: string | undefined;
  millisBehindLatest: number;
  readonly stop: AbortController;
  /** Resolves when nothing of it is in hand any more. */
  ended: Promise<void>;
  hasEnded: boolean;
}

/**
 * One worker among several over a stream's shards, in the manner of the Kinesis Client Library. Leases only share the work: two
 * workers that read the same shard for a while give the ledger the same events twice, and it counts them once.
 */
export class KinesisWorker implements RecordSource {
  readonly name: string;
  private readonly readings = new Map<string, Reading>();
  private readonly seen = new Map<string, { readonly counter: number; readonly atMs: number }>();
  /** Since when a shard with a lease is no longer among the stream's. */
  private readonly missing = new Map<string, number>();
  private failure: { readonly error: unknown } | undefined;
  private readonly counts = { records: 0, throttled: 0, retries: 0, leasesLost: 0, gaps: 0 };

  constructor(private readonly deps: WorkerDeps) {
    this.name = `kinesis:${deps.stream}`;
  }

  async run(take: TakeBatch, signal: AbortSignal): Promise<void> {
    const halt = new AbortController();
    const stop = (): void => halt.abort();
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
    const fail = (error: unknown): void => {
      this.failure ??= { error };
      stop();
    };
    try {
      await this.rounds(take, halt.signal, fail);
    } finally {
      signal.removeEventListener('abort', stop);
      await this.letGo();
    }
    if (this.failure !== undefined) throw this.failure.error;
  }

  stats(): SourceStats {
    const shards = [...this.readings].map(([shardId, { millisBehindLatest }]) => ({
      shardId,
      millisBehindLatest,
    }));
    return { shards, ...this.counts };
  }

  private async rounds(take: TakeBatch, signal: AbortSignal, fail: (error: unknown) => void): Promise<void> {
    let isOpen = false;
    for (let failures = 0; !signal.aborted;) {
      try {
        if (!isOpen) await this.deps.leases.open();
        isOpen = true;
        await this.round(take, fail);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures >= FAILURES_MAX) throw error;
        this.deps.onError(error);
      }
      await this.deps.pause(this.deps.roundMs, signal);
    }
  }

  /** Shards that are new get a lease, held leases a sign of life, and what is anybody's is taken. */
  private async round(take: TakeBatch, fail: (error: unknown) => void): Promise<void> {
    const { leases, me, client, stream } = this.deps;
    const known = new Set((await leases.all()).map(({ shardId }) => shardId));
    const shards = await listShards(client, stream);
    for (const { shardId, parents } of shards) if (!known.has(shardId)) await leases.create(shardId, parents);
    const all = await leases.all();
    this.look(all);
    await this.renewAll(all);
    await this.forgetTrimmed(all, shards);
    const { take: free, ask } = nextMove({ leases: all, me, isFree: (lease) => this.isFree(lease) });
    for (const lease of free) await this.takeOver(lease, all, take, fail);
    if (ask !== undefined) await leases.ask(ask, me);
  }

  /** Signs of life. A drained shard's reading ends with it, one that another has asked for once nothing of it is in hand. */
  private async renewAll(all: readonly Lease[]): Promise<void> {
    const wanted = new Map(all.map((lease) => [lease.shardId, lease.wanted]));
    for (const [shardId, reading] of this.readings) {
      const next = wanted.get(shardId);
      if (next !== undefined) reading.stop.abort();
      try {
        if (next !== undefined && reading.hasEnded && reading.checkpoint !== SHARD_END) {
          await this.deps.leases.release(reading.lease, reading.checkpoint, next);
          this.readings.delete(shardId);
          continue;
        }
        const { checkpoint } = reading;
        reading.lease = await this.deps.leases.renew(reading.lease, checkpoint);
        if (checkpoint === SHARD_END) this.readings.delete(shardId);
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        this.counts.leasesLost += 1;
        this.readings.delete(shardId);
        reading.stop.abort();
      }
    }
  }

  /** Remembers when each lease last gave a sign of life, by this worker's own clock. */
  private look(leases: readonly Lease[]): void {
    for (const { shardId, counter } of leases)
      if (this.seen.get(shardId)?.counter !== counter)
        this.seen.set(shardId, { counter, atMs: this.deps.monotonicMs() });
  }

  private isFree(lease: Lease): boolean {
    if (lease.owner === undefined) return true;
    if (lease.owner === this.deps.me) return !this.readings.has(lease.shardId);
    const { atMs } = this.seen.get(lease.shardId) ?? { atMs: this.deps.monotonicMs() };
    return this.deps.monotonicMs() - atMs > this.deps.leaseMs;
  }

  /** A shard that the stream has not had for a while is never read again; one that was not drained is a gap. */
  private async forgetTrimmed(all: readonly Lease[], shards: readonly KnownShard[]): Promise<void> {
    const kept = new Set(shards.map(({ shardId }) => shardId));
    for (const lease of all) {
      const { shardId, checkpoint } = lease;
      if (kept.has(shardId)) {
        this.missing.delete(shardId);
        continue;
      }
      const sinceMs = this.missing.get(shardId) ?? this.deps.monotonicMs();
      this.missing.set(shardId, sinceMs);
      if (this.deps.monotonicMs() - sinceMs <= this.deps.leaseMs || this.readings.has(shardId)) continue;
      if (checkpoint !== SHARD_END) this.gap(shardId, checkpoint);
      await this.deps.leases.forget(lease);
      this.missing.delete(shardId);
    }
  }

  private async takeOver(
    seen: Lease,
    all: readonly Lease[],
    take: TakeBatch,
    fail: (error: unknown) => void,
  ): Promise<void> {
    if (!isReadable(seen, all) || this.readings.has(seen.shardId) || this.missing.has(seen.shardId)) return;
    let lease: Lease;
    try {
      lease = await this.deps.leases.take(seen, this.deps.me);
    } catch (error) {
      if (error instanceof LeaseLost) return; // somebody was quicker
      throw error;
    }
    const reading: Reading = {
      ...{ lease, checkpoint: lease.checkpoint, millisBehindLatest: 0, stop: new AbortController() },
      ...{ ended: Promise.resolve(), hasEnded: false },
    };
    reading.ended = this.read(reading, take)
      .catch(fail)
      .finally(() => {
        reading.hasEnded = true;
      });
    this.readings.set(seen.shardId, reading);
  }

  private read(reading: Reading, take: TakeBatch): Promise<void> {
    const { client, stream, random, monotonicMs, pause, readShard } = this.deps;
    const { shardId, checkpoint } = reading.lease;
    const deps: ReadingDeps = {
      ...{ client, stream, random, monotonicMs, pause, take },
      onRead: (millisBehindLatest, records) => {
        reading.millisBehindLatest = millisBehindLatest;
        this.counts.records += records;
      },
      onRetry: (error) => {
        this.counts[isThrottling(error) ? 'throttled' : 'retries'] += 1;
        this.deps.onError(error);
      },
      onGap: (from) => this.gap(shardId, from),
    };
    const reached = (place: string): void => {
      reading.checkpoint = place;
    };
    return readShard(deps, shardId, checkpoint, reached, reading.stop.signal);
  }

  private gap(shardId: string, checkpoint: string | undefined): void {
    this.counts.gaps += 1;
    this.deps.onGap(shardId, checkpoint);
  }

  /** Finishes what is in hand, writes down how far it came, and lets the leases go so that another goes on at once. */
  private async letGo(): Promise<void> {
    const readings = [...this.readings.values()];
    for (const { stop } of readings) stop.abort();
    await Promise.all(readings.map(({ ended }) => ended));
    for (const { lease, checkpoint } of readings) {
      try {
        await this.deps.leases.release(lease, checkpoint);
      } catch (error) {
        this.deps.onError(error); // it expires by itself
      }
    }
    this.readings.clear();
  }
}
