import type { CommandDetail, CommandEvent, CommandState, AckOutcome } from '@flightdeck/domain';
import { unreachable } from '@flightdeck/domain';
import type { Checkpoint } from '@flightdeck/event-store';

/** A command and what became of it: one row of the index. */
export interface CommandRow {
  readonly detail: CommandDetail;
  readonly state: CommandState;
  readonly stateAt: string;
  readonly dispatches: number;
  readonly bus: string | null;
  readonly error: string | null;
  /** When it was told that nobody had answered in time. */
  readonly unacknowledgedAt: string | null;
  readonly acknowledgement: {
    readonly outcome: AckOutcome;
    readonly detail: string | null;
    readonly actor: string;
    readonly at: string;
  } | null;
}

export interface CommandQuery {
  readonly campaignId?: string;
  readonly ruleId?: string;
  readonly state?: CommandState;
  /** Only those of which it was told that nobody had answered in time. */
  readonly unacknowledged?: true;
  /** `next` of the page before. */
  readonly before?: number;
  readonly max: number;
}

/** Commands of all campaigns by id, by campaign, by rule and by state, newest first: a fold of the `command-*` streams. */
export interface CommandIndex {
  get(commandId: string): CommandRow | undefined;
  /** Newest first; `next` is null at the end. */
  list(query: CommandQuery): { readonly items: readonly CommandRow[]; readonly next: number | null };
  /** How many are in a state now. */
  count(state: CommandState): number;
  readonly checkpoint: Checkpoint;
  /** Rows and checkpoint together. */
  apply(events: readonly CommandEvent[], checkpoint: Checkpoint): Promise<void>;
  close(): Promise<void>;
}

/** Nest injection token of the process's command index. */
export const COMMAND_INDEX = Symbol('CommandIndex');

/** What an event makes of a row. @throws when a command is answered that was never issued, which the ledger cannot hold. */
export function foldCommand(row: CommandRow | undefined, event: CommandEvent): CommandRow {
  if (event.type === 'CommandIssued') return row ?? issued(event.data);
  if (row === undefined)
    throw new Error(`${event.type} for command ${event.data.commandId}, which was never issued.`);
  const { at } = event.data;
  switch (event.type) {
    case 'CommandDispatched':
      // An acknowledgement can be written before the dispatch that caused it: the command stays acknowledged.
      if (row.state !== 'issued') return { ...row, dispatches: event.data.attempts, bus: event.data.bus };
      return {
        ...row,
        state: 'dispatched',
        stateAt: at,
        dispatches: event.data.attempts,
        bus: event.data.bus,
        error: null,
      };
    case 'CommandAcknowledged': {
      const { outcome, detail = null, actor } = event.data;
      return { ...row, state: 'acknowledged', stateAt: at, acknowledgement: { outcome, detail, actor, at } };
    }
    case 'CommandUnacknowledged':
      return { ...row, unacknowledgedAt: at };
    case 'CommandExpired':
      return { ...row, state: 'expired', stateAt: at };
    case 'CommandFailed':
      return {
        ...row,
        state: 'failed',
        stateAt: at,
        dispatches: event.data.attempts,
        bus: event.data.bus,
        error: event.data.error,
      };
    default:
      return unreachable(event);
  }
}

function issued(data: CommandDetail): CommandRow {
  const { schemaVersion, commandId, command, campaignId, advertiserId, sequence, issuedAt, expiresAt } = data;
  const { ruleId, ruleRevision, severity, reason, facts, params, cause, links } = data;
  return {
    detail: {
      ...{ schemaVersion, commandId, command, campaignId, advertiserId, sequence, issuedAt, expiresAt },
      ...{ ruleId, ruleRevision, severity, reason, facts, params, cause, links },
    },
    state: 'issued',
    stateAt: issuedAt,
    dispatches: 0,
    bus: null,
    error: null,
    unacknowledgedAt: null,
    acknowledgement: null,
  };
}
