import { PREFIX } from '@flightdeck/contracts';
import {
  acknowledgeByMs,
  parseInstant,
  unreachable,
  type CommandDetail,
  type CommandEvent,
  type Firing,
} from '@flightdeck/domain';
import type { Batch, Checkpoint, StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { Bell } from '../bell.js';
import { Gate } from '../gate.js';

/** A command that nobody has answered yet. */
export interface OpenCommand {
  readonly detail: CommandDetail;
  readonly expiresAtMs: number;
  /** Following from here shows it again. */
  readonly since: Checkpoint;
  dispatchedAt: string | undefined;
  /** The alert that nobody answered in time was raised. */
  unacknowledged: boolean;
  attempts: number;
  /** Epoch milliseconds before which it is not tried again. */
  notBeforeMs: number;
}

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 30_000;

/** It is left alone for a while, the longer the oftener it was tried. */
export function postpone(one: OpenCommand, nowMs: number): void {
  one.notBeforeMs = nowMs + Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.max(0, one.attempts - 1));
}

/** What acknowledgements ask for, in the order of the ledger. */
export interface Acknowledged {
  readonly campaignId: string;
  readonly event: Extract<CommandEvent, { type: 'CommandAcknowledged' }>;
  /** Undefined when the command was closed, and forgotten, before it was answered. */
  readonly detail: CommandDetail | undefined;
}

/**
 * Commands issued and not yet answered, over all campaigns: a fold of `command-*`. What closes a command takes it out, so memory
 * and the checkpoint are bounded by what was issued within the time that commands have before they expire.
 */
export class Outbox {
  /** In the order of the ledger, so the first is the oldest. */
  private readonly open = new Map<string, OpenCommand>();
  /** Not dispatched yet, by campaign, in sequence. */
  private readonly waiting = new Map<string, string[]>();
  private folded: Checkpoint;
  private readonly caughtUpOnce = new Gate();
  /** Rung when there may be something to send. */
  readonly bell = new Bell();

  constructor(from: Checkpoint) {
    this.folded = from;
  }

  /** Folds a batch and says what was acknowledged in it. Folding a batch again changes nothing. */
  fold(batch: Batch): readonly Acknowledged[] {
    const acknowledged: Acknowledged[] = [];
    for (const stored of batch.events) {
      const event = decodeEvent<CommandEvent>(stored);
      if (event.type === 'CommandAcknowledged') {
        const detail = this.open.get(event.data.commandId)?.detail;
        acknowledged.push({ campaignId: campaignIdOf(stored), event, detail });
      } else this.apply(event);
    }
    return acknowledged;
  }

  /** Moves on, once everything that the batch asks for has been done. */
  settle(batch: Batch, acknowledged: readonly Acknowledged[]): void {
    for (const { event } of acknowledged) this.close(event.data.commandId);
    this.folded = batch.checkpoint;
    if (batch.caughtUp) this.caughtUpOnce.open();
    this.bell.ring();
  }

  /** What is stored was folded: only now is it known what still has to be sent. */
  caughtUp(): Promise<void> {
    return this.caughtUpOnce.opened;
  }

  /** Where the fold has come to, to follow on from in this process. */
  get position(): Checkpoint {
    return this.folded;
  }

  /** Where to begin after a restart: before the oldest open command. */
  get checkpoint(): Checkpoint {
    for (const oldest of this.open.values()) return oldest.since;
    return this.folded;
  }

  /** Not dispatched yet. */
  get depth(): number {
    let depth = 0;
    for (const ids of this.waiting.values()) depth += ids.length;
    return depth;
  }

  /** The next command of each campaign that may be sent now, at most `max`. One at a time keeps a campaign's order. */
  due(nowMs: number, max: number): readonly OpenCommand[] {
    const due: OpenCommand[] = [];
    for (const ids of this.waiting.values()) {
      const next = this.open.get(ids[0] ?? '');
      if (next !== undefined && next.notBeforeMs <= nowMs) due.push(next);
      if (due.length >= max) break;
    }
    return due;
  }

  /** Milliseconds until the next one may be sent; undefined when none waits. */
  untilDueMs(nowMs: number): number | undefined {
    let earliest = Infinity;
    for (const ids of this.waiting.values())
      earliest = Math.min(earliest, this.open.get(ids[0] ?? '')?.notBeforeMs ?? Infinity);
    return earliest === Infinity ? undefined : Math.max(0, earliest - nowMs);
  }

  /** Open commands whose time has run out, oldest first, at most `max`. */
  expired(nowMs: number, max: number): readonly OpenCommand[] {
    const expired: OpenCommand[] = [];
    for (const one of this.open.values()) {
      if (one.expiresAtMs <= nowMs) expired.push(one);
      if (expired.length >= max) break;
    }
    return expired;
  }

  /** Open commands that went out and should have been answered by now, `withinMs` being allowed; oldest first, at most `max`. */
  overdue(nowMs: number, withinMs: number, max: number): readonly OpenCommand[] {
    const overdue: OpenCommand[] = [];
    for (const one of this.open.values()) {
      if (one.unacknowledged || one.dispatchedAt === undefined || one.expiresAtMs <= nowMs) continue;
      if (acknowledgeByMs({ ...one.detail, dispatchedAt: one.dispatchedAt }, withinMs) <= nowMs)
        overdue.push(one);
      if (overdue.length >= max) break;
    }
    return overdue;
  }

  /** It went out; it stays open until somebody answers or its time runs out. */
  sent(commandId: string, at: string): void {
    const one = this.open.get(commandId);
    if (one === undefined) return;
    one.dispatchedAt = at;
    this.leave(one);
  }

  /** Its alert was raised; it stays open. */
  alerted(commandId: string): void {
    const one = this.open.get(commandId);
    if (one !== undefined) one.unacknowledged = true;
  }

  /** Nothing more is expected of it. */
  close(commandId: string): void {
    const one = this.open.get(commandId);
    if (one === undefined) return;
    this.open.delete(commandId);
    this.leave(one);
  }

  private apply(event: Exclude<CommandEvent, { type: 'CommandAcknowledged' }>): void {
    switch (event.type) {
      case 'CommandIssued':
        this.enter(event.data);
        return;
      case 'CommandDispatched':
        this.sent(event.data.commandId, event.data.at);
        return;
      case 'CommandUnacknowledged':
        this.alerted(event.data.commandId);
        return;
      case 'CommandExpired':
      case 'CommandFailed':
        this.close(event.data.commandId);
        return;
      default:
        unreachable(event);
    }
  }

  private enter(issued: CommandDetail & Firing): void {
    if (this.open.has(issued.commandId)) return;
    const detail = detailOf(issued);
    const { commandId, campaignId, expiresAt } = detail;
    const expiresAtMs = parseInstant(expiresAt) ?? 0;
    this.open.set(commandId, {
      detail,
      expiresAtMs,
      since: this.folded,
      dispatchedAt: undefined,
      unacknowledged: false,
      attempts: 0,
      notBeforeMs: 0,
    });
    const ids = this.waiting.get(campaignId);
    if (ids === undefined) this.waiting.set(campaignId, [commandId]);
    else ids.push(commandId);
  }

  private leave({ detail: { campaignId, commandId } }: OpenCommand): void {
    const left = this.waiting.get(campaignId)?.filter((id) => id !== commandId) ?? [];
    if (left.length === 0) this.waiting.delete(campaignId);
    else this.waiting.set(campaignId, left);
  }
}

/** The detail as it goes on the bus: without what only the ledger needs. */
export function detailOf(issued: CommandDetail & Firing): CommandDetail {
  const { schemaVersion, commandId, command, campaignId, advertiserId, sequence, issuedAt, expiresAt } =
    issued;
  const { ruleId, ruleRevision, severity, reason, facts, params, cause, links } = issued;
  return {
    ...{ schemaVersion, commandId, command, campaignId, advertiserId, sequence, issuedAt, expiresAt },
    ...{ ruleId, ruleRevision, severity, reason, facts, params, cause, links },
  };
}

function campaignIdOf({ stream }: StoredEvent): string {
  return stream.slice(PREFIX.command.length);
}
