import { PREFIX, uuidBytes, uuidv5 } from '@flightdeck/contracts';
import { deliveryState, parseInstant, type DeliveryEvent } from '@flightdeck/domain';
import type { Batch, Checkpoint, StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { Bell } from '../bell.js';
import { Gate } from '../gate.js';
import { TOLD_PREFIXES, type ToldPrefix } from './envelope.js';

/** Deliveries that wait for one webhook; more than that are dead letters at once, to be asked for again. */
export const WAITING_MAX = 10_000;
/** Posts to one webhook at a time. */
export const IN_FLIGHT_MAX = 8;

/** Outcomes remembered, so that an event which is read again after a start is not posted again. */
const SETTLED_KEPT = 100_000;

/** Namespace of delivery ids. Fixed for ever: they are what receivers de-duplicate on. */
const NAMESPACE = uuidBytes('c3a4f1d2-7b58-5e09-8a6d-40f2e9b17c63');

/** One event on its way to one webhook. The event itself stays in the ledger until it is posted. */
export interface Pending {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly source: { readonly stream: string; readonly revision: number };
  readonly detailType: string;
  /** Tries that have failed. */
  attempts: number;
  dueMs: number;
  inFlight: boolean;
  /** The how-manieth it is that was enqueued. */
  readonly number: number;
  /** Following from here shows the event again; undefined for what somebody asked for again. */
  readonly since: { readonly prefix: ToldPrefix; readonly checkpoint: Checkpoint } | undefined;
  /** Following the deliveries from here shows all that became of it. */
  readonly outcomesSince: Checkpoint;
}

/** Where everything begins after a restart. */
export interface Places {
  readonly sources: Readonly<Record<ToldPrefix, Checkpoint>>;
  readonly outcomes: Checkpoint;
}

export const BEGINNING: Places = {
  sources: Object.fromEntries(TOLD_PREFIXES.map((prefix) => [prefix, 'start'])) as Places['sources'],
  outcomes: 'start',
};

/**
 * What is still to be posted: a fold of the told streams and of `delivery-*`. While the outcomes are read at a start they are
 * remembered, so that what was posted before is not posted again.
 */
export class DeliveryQueue {
  private readonly pending = new Map<string, Map<string, Pending>>();
  private readonly settled = new Map<string, DeliveryEvent>();
  private readonly folded: Record<ToldPrefix, Checkpoint>;
  private outcomes: Checkpoint;
  private enqueued = 0;
  private closed = false;
  private readonly gate = new Gate();
  /** Rung when there may be something to post. */
  readonly bell = new Bell();

  constructor(from: Places) {
    this.folded = { ...from.sources };
    this.outcomes = from.outcomes;
  }

  position(prefix: ToldPrefix): Checkpoint {
    return this.folded[prefix];
  }

  get outcomesPosition(): Checkpoint {
    return this.outcomes;
  }

  /** The outcomes stored so far are known: only now may anything be posted. Opens too when the process ends before that. */
  outcomesCaughtUp(): Promise<void> {
    return this.gate.opened;
  }

  /** Nobody has to wait any more; nothing more is taken. */
  close(): void {
    this.closed = true;
    this.gate.open();
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Takes outcomes: this process's own, another's, and what people ask for again. */
  foldOutcomes(batch: Batch, nowMs: number): void {
    for (const stored of batch.events) {
      const event = decodeEvent<DeliveryEvent>(stored);
      const webhookId = stored.stream.slice(PREFIX.delivery.length);
      const known = this.pending.get(webhookId)?.get(event.data.deliveryId);
      if (event.type === 'DeliveryRedriven') this.again(webhookId, event, nowMs);
      else if (known !== undefined && !known.inFlight) this.apply(known, event);
      this.settled.delete(event.data.deliveryId);
      this.settled.set(event.data.deliveryId, event);
      if (this.settled.size > SETTLED_KEPT) this.settled.delete(this.settled.keys().next().value ?? '');
    }
    this.outcomes = batch.checkpoint;
    if (batch.caughtUp) this.gate.open();
    this.bell.ring();
  }

  /** An event is for a webhook. Answers a delivery that there is no room for. */
  enqueue(
    webhookId: string,
    { stream, revision }: Pick<StoredEvent, 'stream' | 'revision'>,
    detailType: string,
    prefix: ToldPrefix,
    nowMs: number,
  ): Pending | undefined {
    const deliveryId = uuidv5(NAMESPACE, `${webhookId} ${stream} ${revision}`);
    const before = this.settled.get(deliveryId);
    if (before !== undefined && deliveryState(before) !== 'waiting') return undefined;
    const queue = this.queueOf(webhookId);
    if (queue.has(deliveryId)) return undefined;
    const one: Pending = {
      ...{ deliveryId, webhookId, source: { stream, revision }, detailType },
      ...{ attempts: 0, dueMs: nowMs, inFlight: false, outcomesSince: this.outcomes },
      number: (this.enqueued += 1),
      since: { prefix, checkpoint: this.folded[prefix] },
    };
    if (before !== undefined) this.apply(one, before);
    if (queue.size >= WAITING_MAX) return one;
    queue.set(deliveryId, one);
    this.bell.ring();
    return undefined;
  }

  /** A batch of a told stream has been taken. */
  settle(prefix: ToldPrefix, batch: Batch): void {
    this.folded[prefix] = batch.checkpoint;
  }

  /** Deliveries that may be posted now, marked as in flight. */
  take(nowMs: number): readonly Pending[] {
    const taken: Pending[] = [];
    for (const queue of this.pending.values()) {
      let inFlight = 0;
      for (const one of queue.values()) if (one.inFlight) inFlight += 1;
      for (const one of queue.values()) {
        if (inFlight >= IN_FLIGHT_MAX) break;
        if (one.inFlight || one.dueMs > nowMs) continue;
        one.inFlight = true;
        inFlight += 1;
        taken.push(one);
      }
    }
    return taken;
  }

  /** Milliseconds until something is due that is not in flight; undefined when nothing is. */
  untilDueMs(nowMs: number): number | undefined {
    let earliest = Infinity;
    for (const queue of this.pending.values())
      for (const one of queue.values()) if (!one.inFlight) earliest = Math.min(earliest, one.dueMs);
    return earliest === Infinity ? undefined : Math.max(0, earliest - nowMs);
  }

  /** It was posted or given up, or is tried again at `dueMs`. */
  landed(one: Pending, dueMs: number | undefined): void {
    one.inFlight = false;
    if (dueMs === undefined) this.queueOf(one.webhookId).delete(one.deliveryId);
    else one.dueMs = dueMs;
    this.bell.ring();
  }

  /** The webhook is no more. */
  drop(webhookId: string): void {
    this.pending.delete(webhookId);
  }

  get depth(): number {
    let depth = 0;
    for (const queue of this.pending.values()) depth += queue.size;
    return depth;
  }

  /** Before the oldest of what still has to be posted. */
  get places(): Places {
    const sources = { ...this.folded };
    const found = new Set<ToldPrefix>();
    let outcomes: Checkpoint | undefined;
    for (const one of this.inOrder()) {
      outcomes ??= one.outcomesSince;
      if (one.since === undefined || found.has(one.since.prefix)) continue;
      found.add(one.since.prefix);
      sources[one.since.prefix] = one.since.checkpoint;
    }
    return { sources, outcomes: outcomes ?? this.outcomes };
  }

  private inOrder(): readonly Pending[] {
    return [...this.pending.values()]
      .flatMap((queue) => [...queue.values()])
      .sort((a, b) => a.number - b.number);
  }

  private again(
    webhookId: string,
    { data }: Extract<DeliveryEvent, { type: 'DeliveryRedriven' }>,
    nowMs: number,
  ): void {
    const { deliveryId, source, detailType } = data;
    const one: Pending = {
      ...{ deliveryId, webhookId, source, detailType, attempts: 0, dueMs: nowMs, inFlight: false },
      ...{ since: undefined, outcomesSince: this.outcomes, number: (this.enqueued += 1) },
    };
    const queue = this.queueOf(webhookId);
    if (!queue.has(deliveryId)) queue.set(deliveryId, one);
  }

  private apply(one: Pending, event: DeliveryEvent): void {
    if (event.type === 'DeliveryFailed' && event.data.nextAt !== null) {
      one.attempts = event.data.attempt;
      one.dueMs = parseInstant(event.data.nextAt) ?? one.dueMs;
    } else if (event.type !== 'DeliveryRedriven') this.queueOf(one.webhookId).delete(one.deliveryId);
  }

  private queueOf(webhookId: string): Map<string, Pending> {
    let queue = this.pending.get(webhookId);
    if (queue === undefined) this.pending.set(webhookId, (queue = new Map<string, Pending>()));
    return queue;
  }
}
