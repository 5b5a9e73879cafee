import { accept, reject, unreachable, type Decider, type Decision } from '../kernel/decider.js';
import type { Guards } from '../rule/rule.js';
import { parseInstant } from '../time/instant.js';
import { acknowledgeByMs } from './acknowledge-by.js';
import { isTooLarge } from './detail-size.js';
import type { AckOutcome, ByHand, CommandDetail, CommandEvent, CommandState, Firing } from './events.js';
import { afterFiring, firingName, firingRefusal, type FiringRefusal, type RuleFirings } from './firing.js';

/** One command as the stream tells it. */
export interface CommandRecord extends Pick<CommandDetail, 'command' | 'severity' | 'ruleId' | 'expiresAt'> {
  readonly state: CommandState;
  /** When it went out; an acknowledgement can come before that is written down. */
  readonly dispatchedAt?: string;
  /** Its alert was raised: nobody had answered in time. */
  readonly unacknowledged?: true;
  readonly outcome?: AckOutcome;
}

/** Everything a campaign's commands are decided from, bounded however long the stream is. */
export interface CommandBook {
  /** Of the last command issued; 0 before the first. */
  readonly sequence: number;
  /** Every open command and the last {@link CLOSED_KEPT} closed ones by `commandId`, in the order they were issued. */
  readonly commands: ReadonlyMap<string, CommandRecord>;
  /** By `ruleId`, the longest silent rule first. */
  readonly firings: ReadonlyMap<string, RuleFirings>;
}

/** Commands of one campaign that nobody answered. At the limit rules fall silent until some expire. */
export const OPEN_COMMANDS_MAX = 256;
/** Closed commands whose repeated answers are still recognised as repeated. */
export const CLOSED_KEPT = 128;
/** Rules whose firings are remembered for one campaign. */
export const RULES_REMEMBERED_MAX = 2_000;

/** A decision of a rule, before it has its place among the campaign's commands. */
export type ProposedCommand = Omit<
  CommandDetail,
  'schemaVersion' | 'commandId' | 'sequence' | 'issuedAt' | 'links'
>;

interface ToCommand {
  readonly commandId: string;
  /** RFC 3339 UTC. */
  readonly at: string;
}

/** What can be asked of a campaign's commands. `derive` makes an id of a name, the same id for the same name (UUIDv5, RFC 9562 §5.5). */
export type CommandCommand =
  | {
      readonly type: 'IssueCommand';
      readonly at: string;
      readonly proposed: ProposedCommand;
      readonly firing: Required<Firing>;
      readonly guards: Guards;
      /** The number of firings after which the rule was last rearmed. */
      readonly rearmedAfter?: number;
      readonly derive: (name: string) => string;
    }
  | {
      readonly type: 'IssueByHand';
      readonly at: string;
      readonly proposed: ProposedCommand;
      readonly period: string;
      readonly byHand: ByHand;
      readonly derive: (name: string) => string;
    }
  | ({ readonly type: 'RecordDispatched'; readonly bus: string; readonly attempts: number } & ToCommand)
  | ({
      readonly type: 'RecordFailed';
      readonly bus: string;
      readonly error: string;
      readonly attempts: number;
    } & ToCommand)
  | ({
      readonly type: 'AcknowledgeCommand';
      readonly outcome: AckOutcome;
      readonly detail?: string;
      readonly actor: string;
    } & ToCommand)
  /** `withinMs`: how long a campaign system may take to answer before that is an alert. */
  | ({ readonly type: 'RaiseUnacknowledged'; readonly withinMs: number } & ToCommand)
  | ({ readonly type: 'ExpireCommand' } & ToCommand);

export type CommandRejection =
  | FiringRefusal
  | { readonly code: 'TooManyOpen' }
  /** No bus would take it. */
  | { readonly code: 'TooLarge' }
  | { readonly code: 'StillOpen' }
  | { readonly code: 'AlreadyApplied' }
  | { readonly code: 'NothingToUndo' }
  | { readonly code: 'UnknownCommand' }
  | { readonly code: 'AlreadyAcknowledged'; readonly outcome: AckOutcome }
  | { readonly code: 'NotYetOverdue' }
  | { readonly code: 'NotYetExpired' };

type Outcome = Decision<CommandEvent, CommandRejection>;

/** The commands of one campaign, stream `command-<campaignId>`: decided, sent, answered. */
export const command: Decider<CommandCommand, CommandEvent, CommandBook, CommandRejection> = {
  initial: { sequence: 0, commands: new Map(), firings: new Map() },
  evolve: (book, event) =>
    event.type === 'CommandIssued' ? withIssued(book, event.data) : withAnswer(book, event),
  decide: (asked, book) => {
    if (asked.type === 'IssueCommand') return issue(asked, book);
    if (asked.type === 'IssueByHand') return issueByHand(asked, book);
    const record = book.commands.get(asked.commandId);
    return record === undefined ? reject({ code: 'UnknownCommand' }) : answer(asked, record);
  },
};

/** Neither acknowledged nor expired nor failed. */
export function isOpen(record: CommandRecord): boolean {
  return record.state === 'issued' || record.state === 'dispatched';
}

function issue(asked: Extract<CommandCommand, { type: 'IssueCommand' }>, book: CommandBook): Outcome {
  const { at, proposed, firing, guards } = asked;
  const firings = book.firings.get(proposed.ruleId);
  const rearmed = asked.rearmedAfter === undefined ? {} : { rearmedAfter: asked.rearmedAfter };
  const request = { ...firing, at, ...rearmed };
  const refusal = firingRefusal(firings, request, guards);
  if (refusal !== undefined) return reject(refusal);
  const commandId = asked.derive(firingName(proposed, request, guards, firings));
  if (book.commands.has(commandId)) return accept();
  if (openCommands(book) >= OPEN_COMMANDS_MAX) return reject({ code: 'TooManyOpen' });
  const links = { explanation: `/v1/commands/${commandId}/explanation` };
  const sequence = book.sequence + 1;
  const detail = { schemaVersion: 1, commandId, ...proposed, sequence, issuedAt: at, links } as const;
  if (isTooLarge(detail)) return reject({ code: 'TooLarge' });
  return accept({ type: 'CommandIssued', data: { ...detail, ...firing } });
}

/**
 * Once for each command that is undone, and for each occasion on which one is repeated (one that has not been answered yet is not
 * repeated). The rule has not fired, so none of its guards counts it.
 */
function issueByHand(asked: Extract<CommandCommand, { type: 'IssueByHand' }>, book: CommandBook): Outcome {
  const { at, proposed, byHand, period } = asked;
  const original = book.commands.get(byHand.commandId);
  if (byHand.kind === 'redrive' && original !== undefined && isOpen(original))
    return reject({ code: 'StillOpen' });
  if (byHand.kind === 'redrive' && original?.outcome === 'applied') return reject({ code: 'AlreadyApplied' });
  if (byHand.kind === 'undo' && original?.outcome === 'rejected') return reject({ code: 'NothingToUndo' });
  const commandId = asked.derive(byHandName(byHand));
  if (book.commands.has(commandId)) return accept();
  if (openCommands(book) >= OPEN_COMMANDS_MAX) return reject({ code: 'TooManyOpen' });
  const links = { explanation: `/v1/commands/${commandId}/explanation` };
  const placed = { sequence: book.sequence + 1, issuedAt: at, links };
  const detail = { schemaVersion: 1, commandId, ...proposed, ...placed } as const;
  if (isTooLarge(detail)) return reject({ code: 'TooLarge' });
  return accept({ type: 'CommandIssued', data: { ...detail, period, byHand } });
}

/** The name under which a command that a person ordered has its id: one undo and one repetition of each. */
export function byHandName({ kind, commandId }: Pick<ByHand, 'kind' | 'commandId'>): string {
  return JSON.stringify([kind, commandId]);
}

type ToKnown = Exclude<CommandCommand, { type: 'IssueCommand' | 'IssueByHand' }>;

function answer(asked: ToKnown, record: CommandRecord): Outcome {
  const { commandId, at } = asked;
  switch (asked.type) {
    case 'RecordDispatched':
      if (record.dispatchedAt !== undefined) return accept();
      return accept({
        type: 'CommandDispatched',
        data: { commandId, at, bus: asked.bus, attempts: asked.attempts },
      });
    case 'RecordFailed': {
      if (record.state !== 'issued') return accept(); // it went out after all, or nobody waits for it any more
      const { bus, error, attempts } = asked;
      return accept({ type: 'CommandFailed', data: { commandId, at, bus, error, attempts } });
    }
    case 'AcknowledgeCommand': {
      const { outcome, detail, actor } = asked;
      if (record.outcome === outcome) return accept();
      if (record.outcome !== undefined)
        return reject({ code: 'AlreadyAcknowledged', outcome: record.outcome });
      // Also after it expired or failed: what the campaign system says it did is a fact, however late it comes.
      const said = detail === undefined ? {} : { detail };
      return accept({ type: 'CommandAcknowledged', data: { commandId, at, outcome, ...said, actor } });
    }
    case 'RaiseUnacknowledged':
      if (!isOpen(record) || record.unacknowledged === true) return accept();
      if ((parseInstant(at) ?? 0) < acknowledgeByMs(record, asked.withinMs))
        return reject({ code: 'NotYetOverdue' });
      return accept(...unacknowledged(record, commandId, at));
    case 'ExpireCommand':
      if (!isOpen(record)) return accept();
      if ((parseInstant(at) ?? 0) < (parseInstant(record.expiresAt) ?? 0))
        return reject({ code: 'NotYetExpired' });
      // Nobody looked in between, for instance while the process was down: the alert is raised all the same, before the end.
      return accept(...unacknowledged(record, commandId, at), {
        type: 'CommandExpired',
        data: { commandId, at },
      });
    default:
      return unreachable(asked);
  }
}

/** The alert of a command that went out and was not answered, unless it was raised before. */
function unacknowledged(record: CommandRecord, commandId: string, at: string): readonly CommandEvent[] {
  const { dispatchedAt, command: name, severity, ruleId, expiresAt } = record;
  if (dispatchedAt === undefined || record.unacknowledged === true) return [];
  const data = { commandId, at, command: name, severity, ruleId, dispatchedAt, expiresAt };
  return [{ type: 'CommandUnacknowledged', data }];
}

function withIssued(
  book: CommandBook,
  issued: CommandDetail & Firing & { readonly byHand?: ByHand },
): CommandBook {
  const commands = new Map(book.commands);
  const { command: name, severity, ruleId, expiresAt } = issued;
  commands.set(issued.commandId, { state: 'issued', command: name, severity, ruleId, expiresAt });
  if (commands.size > OPEN_COMMANDS_MAX + CLOSED_KEPT) forgetOldestClosed(commands);
  if (issued.byHand !== undefined) return { sequence: issued.sequence, commands, firings: book.firings };
  const firings = new Map(book.firings);
  firings.delete(issued.ruleId);
  firings.set(issued.ruleId, afterFiring(book.firings.get(issued.ruleId), issued));
  if (firings.size > RULES_REMEMBERED_MAX) firings.delete(firings.keys().next().value ?? '');
  return { sequence: issued.sequence, commands, firings };
}

function withAnswer(book: CommandBook, event: Exclude<CommandEvent, { type: 'CommandIssued' }>): CommandBook {
  const record = book.commands.get(event.data.commandId);
  if (record === undefined) return book; // closed so long ago that it was forgotten
  const commands = new Map(book.commands);
  commands.set(event.data.commandId, answered(record, event));
  return { ...book, commands };
}

function answered(
  record: CommandRecord,
  event: Exclude<CommandEvent, { type: 'CommandIssued' }>,
): CommandRecord {
  switch (event.type) {
    case 'CommandDispatched':
      return {
        ...record,
        dispatchedAt: record.dispatchedAt ?? event.data.at,
        state: record.state === 'issued' ? 'dispatched' : record.state,
      };
    case 'CommandAcknowledged':
      return { ...record, state: 'acknowledged', outcome: event.data.outcome };
    case 'CommandUnacknowledged':
      return { ...record, unacknowledged: true };
    case 'CommandExpired':
      return { ...record, state: 'expired' };
    case 'CommandFailed':
      return { ...record, state: 'failed' };
    default:
      return unreachable(event);
  }
}

function openCommands(book: CommandBook): number {
  let open = 0;
  for (const record of book.commands.values()) if (isOpen(record)) open += 1;
  return open;
}

/** At most one command is added at a time, so one is enough; open ones are never forgotten, and they are fewer than the limit. */
function forgetOldestClosed(commands: Map<string, CommandRecord>): void {
  for (const [commandId, record] of commands) {
    if (isOpen(record)) continue;
    commands.delete(commandId);
    return;
  }
}
