import type { LedgerEventPage } from '../../../api/generated/types.gen';
import type { LedgerSearch } from './search';

/** A page of the ledger as it is shown, and the ways on from it; undefined where there is nothing more that way. */
export interface ShownPage {
  readonly stream: string;
  /** The newest first. */
  readonly items: LedgerEventPage['items'];
  readonly older: LedgerSearch | undefined;
  readonly newer: LedgerSearch | undefined;
}

/** What is asked for when the address says nothing of it: the newest. */
export function towardsOf({ towards, at, from }: LedgerSearch): 'older' | 'newer' {
  return towards ?? (at !== undefined && from === undefined ? 'newer' : 'older');
}

/** The page that was answered to `search`, whose events come in the order that was asked for. */
export function shownPage(search: LedgerSearch, { stream, items, next }: LedgerEventPage): ShownPage {
  const towards = towardsOf(search);
  const newestFirst = towards === 'older' ? items : [...items].reverse();
  const highest = newestFirst[0]?.revision;
  const lowest = newestFirst.at(-1)?.revision;
  const of = { stream: search.stream, campaignId: search.campaignId };
  const on = (from: number | undefined, way: 'older' | 'newer'): LedgerSearch | undefined =>
    from === undefined || from < 0 ? undefined : { ...of, from, towards: way };
  const isAtHead = towards === 'older' && search.from === undefined && search.at === undefined;
  // Back over the edge that the page began at: what is on its other side was not asked for yet.
  const began = search.from ?? undefined;
  if (towards === 'older')
    return {
      ...{ stream, items: newestFirst, older: on(next ?? undefined, 'older') },
      newer: isAtHead ? undefined : on(highest === undefined ? began : highest + 1, 'newer'),
    };
  return {
    ...{ stream, items: newestFirst, newer: on(next ?? undefined, 'newer') },
    older: on(lowest === undefined ? undefined : lowest - 1, 'older') ?? emptyBack(of, search, lowest),
  };
}

/** From a page on which nothing newer was found, back to the newest there are. */
function emptyBack(
  of: LedgerSearch,
  search: LedgerSearch,
  lowest: number | undefined,
): LedgerSearch | undefined {
  if (lowest !== undefined) return undefined;
  return search.at === undefined ? of : { ...of, at: search.at, towards: 'older' };
}

/** In one line: enough to know an event by. */
export function gistOf(data: unknown, charactersMax = 140): string {
  const text = data === undefined ? '' : JSON.stringify(data);
  return text.length > charactersMax ? `${text.slice(0, charactersMax)}…` : text;
}
