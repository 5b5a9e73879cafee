import type { CommandBus, Delivery } from '@flightdeck/bus';
import { formatInstant, type CommandCommand } from '@flightdeck/domain';
import type { Clock } from '@flightdeck/platform';
import type { CommandDesk } from '../desk/command-desk.js';
import { pause, untilAborted } from '../pause.js';
import type { RulesStats } from '../stats.js';
import type { Checkpoints } from './checkpoints.js';
import { Deadlines } from './deadlines.js';
import { postpone, type OpenCommand, type Outbox } from './outbox.js';

/** Commands handed to the bus in one call, each of another campaign. */
export const PUBLISH_MAX = 100;
/** Tries to deliver one command before it counts as failed: about three minutes. */
export const DELIVERIES_MAX = 12;
/** How often commands are looked through for those whose time has run out. */
export const DEADLINES_EVERY_MS = 1_000;
/** A restart reads at most this much more than the open commands themselves. */
export const CHECKPOINT_EVERY_MS = 10 * 60_000;

export interface DispatcherDeps {
  readonly outbox: Outbox;
  readonly desk: CommandDesk;
  readonly bus: CommandBus;
  readonly checkpoints: Checkpoints;
  readonly clock: Clock;
  readonly stats: RulesStats;
  /** How long a campaign system may take to answer before that is an alert. */
  readonly acknowledgeWithinMs: number;
  /** Told of what failed and will be tried again. */
  readonly onError: (error: unknown) => void;
}

type ToCommand = Exclude<CommandCommand, { type: 'IssueCommand' }>;

/**
 * Sends what the outbox holds: publish, then record `CommandDispatched`. A crash between the two sends the same `commandId` again,
 * which consumers de-duplicate. Nothing here reads anything but the live outbox, so a replay can never send.
 */
export class Dispatcher {
  private readonly deadlines: Deadlines;

  constructor(private readonly deps: DispatcherDeps) {
    this.deadlines = new Deadlines(deps);
  }

  /** Runs until `signal` aborts; what is being sent is finished and recorded. */
  async run(signal: AbortSignal): Promise<void> {
    await untilAborted(this.deps.outbox.caughtUp(), signal);
    await Promise.all([this.sendAll(signal), this.tidy(signal)]);
  }

  private async sendAll(signal: AbortSignal): Promise<void> {
    const { outbox, clock } = this.deps;
    while (!signal.aborted) {
      const nowMs = clock();
      const due = outbox.due(nowMs, PUBLISH_MAX);
      if (due.length > 0) await this.send(due, nowMs);
      else await outbox.bell.wait(signal, outbox.untilDueMs(nowMs));
    }
  }

  private async send(due: readonly OpenCommand[], nowMs: number): Promise<void> {
    const inTime = due.filter((one) => one.expiresAtMs > nowMs);
    const tooLate = due.filter((one) => one.expiresAtMs <= nowMs);
    await this.deadlines.expire(tooLate);
    if (inTime.length === 0) return;
    const answers = await this.publish(inTime);
    await Promise.all(inTime.map((one, index) => this.settle(one, answers[index] ?? UNANSWERED)));
  }

  /** An exception means that nothing is known of any of them: all are sent again. */
  private async publish(commands: readonly OpenCommand[]): Promise<readonly Delivery[]> {
    try {
      return await this.deps.bus.publish(commands.map((one) => one.detail));
    } catch (error) {
      this.deps.onError(error);
      const delivery: Delivery = { delivered: false, error: String(error), retryable: true };
      return commands.map(() => delivery);
    }
  }

  private async settle(one: OpenCommand, answer: Delivery): Promise<void> {
    const { outbox, bus, clock, stats } = this.deps;
    const { commandId } = one.detail;
    one.attempts += 1;
    if (answer.delivered) stats.commandLatency.delivered(commandId, clock());
    const said = { commandId, at: formatInstant(clock()), bus: bus.name, attempts: one.attempts };
    if (answer.delivered) {
      if (!(await this.record(one, { type: 'RecordDispatched', ...said }))) return;
      stats.dispatched += 1;
      outbox.sent(commandId, said.at);
    } else if (!answer.retryable || one.attempts >= DELIVERIES_MAX) {
      if (!(await this.record(one, { type: 'RecordFailed', ...said, error: answer.error }))) return;
      stats.failed += 1;
      outbox.close(commandId);
    } else postpone(one, clock());
  }

  /** False when the ledger could not be written: the command stays as it is and has its turn again. */
  private async record(one: OpenCommand, asked: ToCommand): Promise<boolean> {
    try {
      const handled = await this.deps.desk.handle(one.detail.campaignId, asked);
      if (!handled.ok) throw new Error(`${asked.type} was refused: ${handled.rejection.code}`);
      return true;
    } catch (error) {
      this.deps.onError(error);
      postpone(one, this.deps.clock());
      return false;
    }
  }

  /** Deadlines and the checkpoint, now and then. */
  private async tidy(signal: AbortSignal): Promise<void> {
    const { clock } = this.deps;
    let savedMs = clock();
    while (!signal.aborted) {
      await pause(DEADLINES_EVERY_MS, signal);
      await this.deadlines.look();
      if (clock() - savedMs < CHECKPOINT_EVERY_MS) continue;
      savedMs = clock();
      await this.saveCheckpoint();
    }
    await this.saveCheckpoint();
  }

  private async saveCheckpoint(): Promise<void> {
    try {
      await this.deps.checkpoints.save(this.deps.outbox.checkpoint);
    } catch (error) {
      this.deps.onError(error); // an older one serves as well
    }
  }
}

const UNANSWERED: Delivery = { delivered: false, error: 'The bus gave no answer.', retryable: true };
