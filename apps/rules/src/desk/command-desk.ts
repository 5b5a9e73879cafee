import { encodeJson, STREAM } from '@flightdeck/contracts';
import {
  command as commandDecider,
  type CommandBook,
  type CommandCommand,
  type CommandEvent,
  type CommandRejection,
} from '@flightdeck/domain';
import type { EventStore, NewEvent } from '@flightdeck/event-store';
import { commandFactId } from '../ids.js';
import { BookDesk, type Decided } from './book-desk.js';

export { ATTEMPTS_MAX, BOOKS_MAX } from './book-desk.js';

/** What became of an order: the facts it made (none when it was already so), or why not. */
export type Handled = Decided<CommandEvent, CommandRejection>;

const NOTHING = encodeJson({});

/** Decides and records a campaign's commands, over `command-<campaignId>`. */
export class CommandDesk {
  private readonly desk: BookDesk<CommandCommand, CommandEvent, CommandBook, CommandRejection>;

  constructor(store: EventStore) {
    this.desk = new BookDesk(store, { decider: commandDecider, stream: STREAM.command, encode });
  }

  /** The book as far as this process knows it, without waiting; undefined when it was not read yet. */
  peek(campaignId: string): CommandBook | undefined {
    return this.desk.peek(campaignId);
  }

  /** The book as it is now. */
  read(campaignId: string): Promise<CommandBook> {
    return this.desk.read(campaignId);
  }

  /** Decides on what is now true and appends at exactly that revision. @throws {Error} after {@link ATTEMPTS_MAX} lost races. */
  handle(campaignId: string, asked: CommandCommand): Promise<Handled> {
    return this.desk.handle(campaignId, asked);
  }
}

/** Each of these happens at most once to a command, so its id follows from the command's: a retry of an append is the same append. */
function encode(event: CommandEvent): NewEvent {
  const { commandId } = event.data;
  const id = event.type === 'CommandIssued' ? commandId : commandFactId(commandId, event.type);
  return { id, type: event.type, data: encodeJson(event.data), metadata: NOTHING };
}
