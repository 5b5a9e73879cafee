import { formatInstant, type CommandCommand } from '@flightdeck/domain';
import type { Clock } from '@flightdeck/platform';
import type { CommandDesk } from '../desk/command-desk.js';
import type { RulesStats } from '../stats.js';
import { postpone, type OpenCommand, type Outbox } from './outbox.js';

/** Commands written off, and alerts raised, at once. */
const AT_ONCE_MAX = 500;

export interface DeadlinesDeps {
  readonly outbox: Outbox;
  readonly desk: Pick<CommandDesk, 'handle'>;
  readonly clock: Clock;
  readonly stats: Pick<RulesStats, 'expired' | 'unacknowledged'>;
  readonly acknowledgeWithinMs: number;
  /** Told of what could not be recorded and will be tried again. */
  readonly onError: (error: unknown) => void;
}

/**
 * What becomes of commands that nobody answers: an alert (`CommandUnacknowledged`) while there is still time, then the end
 * (`CommandExpired`). The outbox says which to look at; whether it is so, the campaign's stream decides.
 */
export class Deadlines {
  constructor(private readonly deps: DeadlinesDeps) {}

  /** Raises and writes off what is due now, oldest first; what is more than {@link AT_ONCE_MAX} has its turn the next time. */
  async look(): Promise<void> {
    const { outbox, clock, acknowledgeWithinMs } = this.deps;
    const overdue = outbox.overdue(clock(), acknowledgeWithinMs, AT_ONCE_MAX);
    await Promise.all(overdue.map((one) => this.alert(one)));
    await this.expire(outbox.expired(clock(), AT_ONCE_MAX));
  }

  /** Writes commands off whose time has run out. */
  async expire(commands: readonly OpenCommand[]): Promise<void> {
    await Promise.all(commands.map((one) => this.writeOff(one)));
  }

  private async alert(one: OpenCommand): Promise<void> {
    const { outbox, acknowledgeWithinMs: withinMs } = this.deps;
    const said = this.said(one);
    if (await this.record(one, { type: 'RaiseUnacknowledged', ...said, withinMs }))
      outbox.alerted(said.commandId);
  }

  private async writeOff(one: OpenCommand): Promise<void> {
    const { outbox, stats } = this.deps;
    const said = this.said(one);
    if (!(await this.record(one, { type: 'ExpireCommand', ...said }))) return;
    stats.expired += 1;
    outbox.close(said.commandId);
  }

  private said({ detail }: OpenCommand): { readonly commandId: string; readonly at: string } {
    return { commandId: detail.commandId, at: formatInstant(this.deps.clock()) };
  }

  /** False when it could not be written, or is refused: the command stays as it is and is looked at again. */
  private async record(one: OpenCommand, asked: CommandCommand): Promise<boolean> {
    const { desk, stats, clock, onError } = this.deps;
    try {
      const handled = await desk.handle(one.detail.campaignId, asked);
      if (!handled.ok) throw new Error(`${asked.type} was refused: ${handled.rejection.code}`);
      if (handled.events.some(({ type }) => type === 'CommandUnacknowledged')) stats.unacknowledged += 1;
      return true;
    } catch (error) {
      onError(error);
      postpone(one, clock());
      return false;
    }
  }
}
