import { decodeJson, encodeJson } from '@flightdeck/contracts';
import type { ReadModelStore, RowWrite } from '../read-model-store.js';
import { sortable } from './float-rows.js';
import type { Link } from '../ad-fact/link.js';

/** Conversions of one partition that may wait at once; above, the oldest stays as it is. */
export const WAITING_MAX = 2 ** 14;
/** How long after its arrival a conversion waits for a touch that is late: longer than any event may be late. */
export const WAITING_MS = 8 * 86_400_000;
const LOAD_PAGE = 10_000;
/** Places of the filter in front of the links, since nearly every touch has no conversion waiting. */
const FILTER_PLACES = 2 ** 17;
/** A removal comes after what it removes. */
const REMOVAL = 0.5;

/** A conversion that no click has claimed yet. */
export interface WaitingConversion {
  readonly partition: number;
  /** Of the conversion itself. */
  readonly revision: number;
  readonly campaignId: string;
  readonly links: readonly Link[];
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly day: string;
  readonly valueMicros: number;
  by: 'view' | null;
}

/** Conversions that a later arriving click or view may still claim, by link. Bounded in number and time. */
export class WaitingConversions {
  private readonly byLink = new Map<Link, WaitingConversion[]>();
  /** How many conversions wait by links of each place. */
  private readonly filter = new Uint32Array(FILTER_PLACES);
  private readonly byPartition = new Map<number, Map<number, WaitingConversion>>();
  private readonly writes = new Map<string, RowWrite>();

  constructor(
    private readonly table: string,
    private readonly max = WAITING_MAX,
  ) {}

  get isEmpty(): boolean {
    return this.byLink.size === 0;
  }

  /** Those that offered the link, oldest first. */
  find(link: Link): readonly WaitingConversion[] {
    return this.filter[link & (FILTER_PLACES - 1)] === 0 ? NONE : (this.byLink.get(link) ?? NONE);
  }

  add(conversion: WaitingConversion): void {
    this.insert(conversion);
    this.write(conversion, conversion.revision);
    for (const oldest of this.byPartition.get(conversion.partition)?.values() ?? []) {
      const tooMany = (this.byPartition.get(conversion.partition)?.size ?? 0) > this.max;
      if (!tooMany && oldest.receivedAtMs >= conversion.receivedAtMs - WAITING_MS) break;
      this.remove(oldest, conversion.revision);
    }
  }

  /** A view claimed it, in the event at `revision`; a click may still do so. */
  claimedByView(conversion: WaitingConversion, revision: number): void {
    conversion.by = 'view';
    this.write(conversion, revision);
  }

  remove(conversion: WaitingConversion, revision: number): void {
    this.byPartition.get(conversion.partition)?.delete(conversion.revision);
    for (const link of conversion.links) {
      this.mark(link, -1);
      const others = (this.byLink.get(link) ?? NONE).filter((other) => other !== conversion);
      if (others.length === 0) this.byLink.delete(link);
      else this.byLink.set(link, others);
    }
    const { partition } = conversion;
    const key = keyOf(conversion);
    this.writes.set(key, { table: this.table, key, partition, revision: revision + REMOVAL, value: null });
  }

  takeWrites(): RowWrite[] {
    const writes = [...this.writes.values()];
    this.writes.clear();
    return writes;
  }

  /** Reads back what {@link takeWrites} made durable. */
  async load(store: ReadModelStore): Promise<void> {
    this.byLink.clear();
    this.filter.fill(0);
    this.byPartition.clear();
    this.writes.clear();
    for (let from = ''; ;) {
      const rows = await store.range(this.table, { from, to: '~', max: LOAD_PAGE });
      for (const { value } of rows) this.insert(decodeJson<WaitingConversion>(value));
      const last = rows.at(-1);
      if (last === undefined || rows.length < LOAD_PAGE) return;
      from = `${last.key}0`;
    }
  }

  private insert(conversion: WaitingConversion): void {
    for (const link of conversion.links) {
      this.mark(link, 1);
      const others = this.byLink.get(link);
      if (others === undefined) this.byLink.set(link, [conversion]);
      else others.push(conversion);
    }
    const ofPartition = this.byPartition.get(conversion.partition);
    if (ofPartition === undefined)
      this.byPartition.set(conversion.partition, new Map([[conversion.revision, conversion]]));
    else ofPartition.set(conversion.revision, conversion);
  }

  private mark(link: Link, by: 1 | -1): void {
    const place = link & (FILTER_PLACES - 1);
    this.filter[place] = (this.filter[place] ?? 0) + by;
  }

  private write(conversion: WaitingConversion, revision: number): void {
    const key = keyOf(conversion);
    const value = encodeJson(conversion);
    this.writes.set(key, { table: this.table, key, partition: conversion.partition, revision, value });
  }
}

const NONE: WaitingConversion[] = [];

function keyOf({ partition, revision }: WaitingConversion): string {
  return `${sortable(partition)}/${sortable(revision)}`;
}
