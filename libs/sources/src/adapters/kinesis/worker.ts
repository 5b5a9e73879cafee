import { KinesisClient, ListShardsCommand, type Shard } from '@aws-sdk/client-kinesis';
import type { RecordSource, SourceStats, TakeBatch } from '../../record-source.js';
import { isReadable, leasesToTake } from './balance.js';
import { LeaseLost, SHARD_END, type Lease, type LeaseTable } from './lease-table.js';
import { readShard, type ShardReaderDeps } from './shard-reader.js';

const PAGES_MAX = 1_000;
/** Rounds in a row that fail before the source gives up. */
const FAILURES_MAX = 30;

export interface WorkerDeps extends Pick<ShardReaderDeps, 'client' | 'stream' | 'random' | 'pause'> {
  readonly client: KinesisClient;
  readonly leases: LeaseTable;
  /** This worker's name, unlike any other's. */
  readonly me: string;
  /** How often leases are looked at and renewed. */
  readonly roundMs: number;
  /** A lease without a sign of life for so long is anybody's. */
  readonly leaseMs: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** Told of a round that failed and will be done again. */
  readonly onError: (error: unknown) => void;
}

interface Reading {
  lease: Lease;
  /** Durable up to here. */
  checkpoint: string | undefined;
  millisBehindLatest: number;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
}

/**
 * One worker among several over a stream's shards, in the manner of the Kinesis Client Library. Leases only share the work: two
 * workers that read the same shard for a while give the ledger the same events twice, and it counts them once.
 */
export class KinesisWorker implements RecordSource {
  readonly name: string;
  private readonly readings = new Map<string, Reading>();
  private readonly seen = new Map<string, { readonly counter: number; readonly atMs: number }>();
  private failure: { readonly error: unknown } | undefined;
  private records = 0;
  private throttled = 0;
  private leasesLost = 0;

  constructor(private readonly deps: WorkerDeps) {
    this.name = `kinesis:${deps.stream}`;
  }

  async run(take: TakeBatch, signal: AbortSignal): Promise<void> {
    await this.deps.leases.open();
    let failures = 0;
    try {
      while (!signal.aborted && this.failure === undefined) {
        try {
          await this.round(take);
          failures = 0;
        } catch (error) {
          failures += 1;
          if (failures >= FAILURES_MAX) throw error;
          this.deps.onError(error);
        }
        await this.deps.pause(this.deps.roundMs, signal);
      }
    } finally {
      await this.letGo();
    }
    if (this.failure !== undefined) throw this.failure.error;
  }

  stats(): SourceStats {
    const { records, throttled, leasesLost } = this;
    const shards = [...this.readings].map(([shardId, { millisBehindLatest }]) => ({
      shardId,
      millisBehindLatest,
    }));
    return { shards, records, throttled, leasesLost };
  }

  /** Shards that are new get a lease, held leases a sign of life, and what is anybody's is taken. */
  private async round(take: TakeBatch): Promise<void> {
    const { leases, me } = this.deps;
    const known = new Set((await leases.all()).map(({ shardId }) => shardId));
    const shards = await this.shards();
    for (const shard of shards) {
      const { ShardId: shardId = '' } = shard;
      if (!known.has(shardId)) await leases.create(shardId, parentsOf(shard));
    }
    await this.renewAll();
    const all = await leases.all();
    this.look(all);
    const isFree = (lease: Lease): boolean => this.isFree(lease);
    for (const lease of leasesToTake({ leases: all, me, isFree })) await this.takeOver(lease, all, take);
  }

  private async shards(): Promise<readonly Shard[]> {
    const { client, stream } = this.deps;
    const shards: Shard[] = [];
    let next: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const answer = await client.send(
        new ListShardsCommand(next === undefined ? { StreamName: stream } : { NextToken: next }),
      );
      shards.push(...(answer.Shards ?? []));
      next = answer.NextToken;
      if (next === undefined) return shards;
    }
    throw new Error(`The stream ${stream} has more than ${PAGES_MAX} pages of shards.`);
  }

  private async renewAll(): Promise<void> {
    for (const [shardId, reading] of this.readings) {
      try {
        reading.lease = await this.deps.leases.renew(reading.lease, reading.checkpoint);
        if (reading.checkpoint === SHARD_END) this.readings.delete(shardId);
      } catch (error) {
        if (!(error instanceof LeaseLost)) throw error;
        this.leasesLost += 1;
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
    const { atMs } = this.seen.get(lease.shardId) ?? { atMs: this.deps.monotonicMs() };
    if (lease.owner === this.deps.me) return !this.readings.has(lease.shardId);
    return this.deps.monotonicMs() - atMs > this.deps.leaseMs;
  }

  private async takeOver(seen: Lease, all: readonly Lease[], take: TakeBatch): Promise<void> {
    if (!isReadable(seen, all) || this.readings.has(seen.shardId)) return;
    let lease: Lease;
    try {
      lease = await this.deps.leases.take(seen, this.deps.me);
    } catch (error) {
      if (error instanceof LeaseLost) return; // somebody was quicker
      throw error;
    }
    const stop = new AbortController();
    const reading: Reading = {
      ...{ lease, checkpoint: lease.checkpoint, millisBehindLatest: 0, stop },
      ended: Promise.resolve(),
    };
    const ended = this.read(reading, take).catch((error: unknown) => {
      this.failure = { error };
    });
    this.readings.set(seen.shardId, Object.assign(reading, { ended }));
  }

  private read(reading: Reading, take: TakeBatch): Promise<void> {
    const { client, stream, random, pause } = this.deps;
    const deps: ShardReaderDeps = {
      ...{ client, stream, random, pause, take },
      onRead: (millisBehindLatest, records) => {
        reading.millisBehindLatest = millisBehindLatest;
        this.records += records;
      },
      onThrottled: () => (this.throttled += 1),
    };
    const reached = (checkpoint: string): void => {
      reading.checkpoint = checkpoint;
    };
    return readShard(deps, reading.lease.shardId, reading.lease.checkpoint, reached, reading.stop.signal);
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

function parentsOf({ ParentShardId, AdjacentParentShardId }: Shard): readonly string[] {
  return [ParentShardId, AdjacentParentShardId].filter((parent) => parent !== undefined);
}
