import type { Decider } from '@flightdeck/domain';
import type { EventStore, NewEvent, Revision } from '@flightdeck/event-store';
import { appendSurely, decodeEvent, readStream, type AnyEvent } from '@flightdeck/ledger';

/** What became of an order: the facts it made (none when it was already so), or why not. */
export type Decided<E, R> =
  { readonly ok: true; readonly events: readonly E[] } | { readonly ok: false; readonly rejection: R };

/** What a desk decides: over which stream of a campaign, and how its facts are stored. */
export interface DeskOptions<C, E, S, R> {
  readonly decider: Decider<C, E, S, R>;
  readonly stream: (campaignId: string) => string;
  readonly encode: (event: E) => NewEvent;
}

interface Kept<S> {
  readonly book: S;
  readonly head: Revision | 'no-stream';
}

/** Tries against other writers of the same stream before giving up as a fault. */
export const ATTEMPTS_MAX = 10;
/** Campaigns whose books are kept in memory, the longest unused forgotten first. */
export const BOOKS_MAX = 20_000;

/**
 * Load, decide, append, over one stream for each campaign. A book is kept with the revision it has reached, so that deciding reads
 * only what was added since: years of facts cost nothing once a campaign is warm. The book is a fold of the stream and nothing
 * else, so what has fired is known again after kill -9.
 */
export class BookDesk<C, E extends AnyEvent, S, R> {
  private readonly kept = new Map<string, Kept<S>>();

  constructor(
    private readonly store: EventStore,
    private readonly options: DeskOptions<C, E, S, R>,
  ) {}

  /** The book as far as this process knows it, without waiting; undefined when it was not read yet. */
  peek(campaignId: string): S | undefined {
    return this.kept.get(campaignId)?.book;
  }

  /** The book as it is now. */
  async read(campaignId: string): Promise<S> {
    return (await this.load(campaignId)).book;
  }

  /** Decides on what is now true and appends at exactly that revision. @throws {Error} after {@link ATTEMPTS_MAX} lost races. */
  async handle(campaignId: string, asked: C): Promise<Decided<E, R>> {
    const { decider, stream, encode } = this.options;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const { book, head } = await this.load(campaignId);
      const decision = decider.decide(asked, book);
      if (!decision.accepted) return { ok: false, rejection: decision.rejection };
      const { events } = decision;
      if (events.length === 0) return { ok: true, events };
      const appended = await appendSurely(this.store, stream(campaignId), events.map(encode), head);
      if (appended.ok) {
        const after = events.reduce((state, event) => decider.evolve(state, event), book);
        this.keep(campaignId, { book: after, head: appended.revision });
        return { ok: true, events };
      }
    }
    throw new Error(`${stream(campaignId)} changed under ${ATTEMPTS_MAX} attempts to append to it.`);
  }

  private async load(campaignId: string): Promise<Kept<S>> {
    const { decider, stream } = this.options;
    const known = this.kept.get(campaignId);
    let book = known?.book ?? decider.initial;
    let head = known?.head ?? ('no-stream' as const);
    const from = head === 'no-stream' ? 0 : head + 1;
    for await (const page of readStream(this.store, stream(campaignId), from)) {
      for (const stored of page) book = decider.evolve(book, decodeEvent<E>(stored));
      head = page.at(-1)?.revision ?? head;
    }
    const loaded = { book, head };
    this.keep(campaignId, loaded);
    return loaded;
  }

  private keep(campaignId: string, kept: Kept<S>): void {
    const known = this.kept.get(campaignId);
    this.kept.delete(campaignId); // the last one set is the last one forgotten
    this.kept.set(campaignId, known !== undefined && revision(known) > revision(kept) ? known : kept);
    if (this.kept.size > BOOKS_MAX) this.kept.delete(this.kept.keys().next().value ?? '');
  }
}

function revision({ head }: { readonly head: Revision | 'no-stream' }): number {
  return head === 'no-stream' ? -1 : head;
}
