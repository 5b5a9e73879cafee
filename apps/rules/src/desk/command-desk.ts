import { encodeJson, STREAM } from '@flightdeck/contracts';
import {
  command as commandDecider,
  type CommandBook,
  type CommandCommand,
  type CommandEvent,
  type CommandRejection,
} from '@flightdeck/domain';
import type { EventStore, NewEvent, Revision } from '@flightdeck/event-store';
import { appendSurely, decodeEvent, readStream } from '@flightdeck/ledger';
import { commandFactId } from '../ids.js';

/** What became of an order: the facts it made (none when it was already so), or why not. */
export type Handled =
  | { readonly ok: true; readonly events: readonly CommandEvent[] }
  | { readonly ok: false; readonly rejection: CommandRejection };

interface Kept {
  readonly book: CommandBook;
  readonly head: Revision | 'no-stream';
}

/** Tries against other writers of the same stream before giving up as a fault. */
export const ATTEMPTS_MAX = 10;
/** Campaigns whose books are kept in memory, the longest unused forgotten first. */
export const BOOKS_MAX = 20_000;
const NOTHING = encodeJson({});

/**
 * Load, decide, append, over `command-<campaignId>`. A book is kept with the revision it has reached, so that deciding reads only
 * what was added since: years of commands cost nothing once a campaign is warm. The book is a fold of the stream and nothing
 * else, so what has fired is known again after kill -9.
 */
export class CommandDesk {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly store: EventStore) {}

  /** The book as far as this process knows it, without waiting; undefined when it was not read yet. */
  peek(campaignId: string): CommandBook | undefined {
    return this.kept.get(campaignId)?.book;
  }

  /** Decides on what is now true and appends at exactly that revision. @throws {Error} after {@link ATTEMPTS_MAX} lost races. */
  async handle(campaignId: string, asked: CommandCommand): Promise<Handled> {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { book, head } = await this.load(campaignId);
      const decision = commandDecider.decide(asked, book);
      if (!decision.accepted) return { ok: false, rejection: decision.rejection };
      const { events } = decision;
      if (events.length === 0) return { ok: true, events };
      const appended = await appendSurely(this.store, STREAM.command(campaignId), events.map(encode), head);
      if (appended.ok) {
        this.keep(campaignId, { book: events.reduce(evolve, book), head: appended.revision });
        return { ok: true, events };
      }
    }
    throw new Error(`${STREAM.command(campaignId)} changed under ${ATTEMPTS_MAX} attempts to append to it.`);
  }

  private async load(campaignId: string): Promise<Kept> {
    let { book, head } = this.kept.get(campaignId) ?? {
      book: commandDecider.initial,
      head: 'no-stream' as const,
    };
    const from = head === 'no-stream' ? 0 : head + 1;
    for await (const page of readStream(this.store, STREAM.command(campaignId), from)) {
      for (const stored of page) book = evolve(book, decodeEvent<CommandEvent>(stored));
      head = page.at(-1)?.revision ?? head;
    }
    const loaded = { book, head };
    this.keep(campaignId, loaded);
    return loaded;
  }

  private keep(campaignId: string, kept: Kept): void {
    const known = this.kept.get(campaignId);
    this.kept.delete(campaignId); // the last one set is the last one forgotten
    this.kept.set(campaignId, known !== undefined && revision(known) > revision(kept) ? known : kept);
    if (this.kept.size > BOOKS_MAX) this.kept.delete(this.kept.keys().next().value ?? '');
  }
}

function evolve(book: CommandBook, event: CommandEvent): CommandBook {
  return commandDecider.evolve(book, event);
}

function revision({ head }: Kept): number {
  return head === 'no-stream' ? -1 : head;
}

/** Each of these happens at most once to a command, so its id follows from the command's: a retry of an append is the same append. */
function encode(event: CommandEvent): NewEvent {
  const { commandId } = event.data;
  const id = event.type === 'CommandIssued' ? commandId : commandFactId(commandId, event.type);
  return { id, type: event.type, data: encodeJson(event.data), metadata: NOTHING };
}
