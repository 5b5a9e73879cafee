import {
  command as commands,
  decision as decisions,
  type CommandBook,
  type DecisionBook,
} from '@flightdeck/domain';
import type { Kept } from './kept.js';

/** What rules have done to a campaign in one universe. */
export interface CampaignBooks {
  readonly commands: CommandBook;
  readonly decisions: DecisionBook;
}

/** Campaigns whose books are in memory, over all universes of a backtest; those changed longest ago are read back when needed. */
export const BOOKS_MAX = 40_000;
/** Share that stays, so that letting go is rare. */
const TRIM_TO = 0.75;

const NO_BOOKS: CampaignBooks = { commands: commands.initial, decisions: decisions.initial };

/** Books as JSON: maps are lists of their entries. */
interface StoredBooks {
  readonly sequence: CommandBook['sequence'];
  readonly commands: readonly (readonly [string, unknown])[];
  readonly firings: readonly (readonly [string, unknown])[];
  readonly decisions: readonly (readonly [string, unknown])[];
}

/** The books of one universe: in memory what is in use, all others as rows of the backtest. */
export class Books {
  private readonly known = new Map<string, CampaignBooks>();
  /** Changed since the last commit: these have to stay. */
  private readonly changed = new Set<string>();
  /** Campaigns whose books are only in the store. */
  private readonly away = new Set<string>();

  constructor(
    private readonly prefix: string,
    private readonly kept: Pick<Kept, 'get' | 'put' | 'under'>,
  ) {}

  /** Campaigns whose books are in memory. */
  get size(): number {
    return this.known.size;
  }

  /** Of a campaign that no rule has done anything to, empty ones. {@link fetch} those that may be away. */
  get(campaignId: string): CampaignBooks {
    if (this.away.has(campaignId)) throw new Error(`The books of ${campaignId} were not fetched.`);
    return this.known.get(campaignId) ?? NO_BOOKS;
  }

  /** They have to be fetched. */
  isAway(campaignId: string): boolean {
    return this.away.has(campaignId);
  }

  change(campaignId: string, changed: Partial<CampaignBooks>): void {
    const before = this.get(campaignId);
    this.known.delete(campaignId); // the last one changed is the last one let go
    this.known.set(campaignId, { ...before, ...changed });
    this.changed.add(campaignId);
  }

  /** Brings back what is away. */
  async fetch(campaignIds: Iterable<string>): Promise<void> {
    if (this.away.size === 0) return;
    const wanted = [...campaignIds].filter((id) => this.away.has(id));
    if (wanted.length === 0) return;
    const stored = await this.kept.get<StoredBooks>(wanted.map((id) => this.prefix + id));
    for (const [index, one] of stored.entries()) {
      const id = wanted[index] ?? '';
      if (one === undefined) throw new Error(`The books of ${id} are nowhere.`);
      this.away.delete(id);
      this.known.set(id, revived(one));
    }
  }

  /** Puts what has changed aside for the commit that is about to be made. */
  put(): void {
    for (const id of this.changed) this.kept.put(this.prefix + id, stored(this.get(id)));
    this.changed.clear();
  }

  /** Lets go of the books changed longest ago while there are more than `max`; all have been committed. */
  trim(max: number): void {
    if (this.known.size <= max) return;
    for (const id of this.known.keys()) {
      if (this.known.size <= max * TRIM_TO) return;
      if (this.changed.has(id)) continue;
      this.known.delete(id);
      this.away.add(id);
    }
  }

  /** Takes note of what was committed before, to be fetched when it is needed. */
  async load(): Promise<void> {
    for await (const page of this.kept.under<StoredBooks>(this.prefix))
      for (const { key } of page) this.away.add(key);
  }
}

function stored({ commands: book, decisions: decided }: CampaignBooks): StoredBooks {
  const { sequence, commands: records, firings } = book;
  return { sequence, commands: [...records], firings: [...firings], decisions: [...decided] };
}

function revived({ sequence, commands: records, firings, decisions: decided }: StoredBooks): CampaignBooks {
  const book = { sequence, commands: new Map(records), firings: new Map(firings) } as CommandBook;
  return { commands: book, decisions: new Map(decided) as DecisionBook };
}
