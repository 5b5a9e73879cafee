import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { answer } from '../../../api/client';
import { ledgerEventsControllerList, proofsControllerInclusion } from '../../../api/generated/sdk.gen';
import type { InclusionProof } from '../../../api/generated/types.gen';
import { asProblem } from '../../../api/problem';
import { checkInclusion } from './check-inclusion';
import { shownPage, towardsOf } from './pages';
import type { LedgerSearch } from './search';

const PAGE = 50;
const NOT_FOUND = 404;
/** An event is signed for within a second or so of its append; it is asked for so often. */
const SIGNED_TRIES_MAX = 5;
const SIGNED_EVERY_MS = 800;

/** A page of a stream, or of a campaign's ad events. */
export function useLedgerPage(search: LedgerSearch) {
  const { stream, campaignId, from, at, revision } = search;
  const towards = towardsOf(search);
  const begin = from ?? (at === undefined ? revision : undefined);
  return useQuery({
    queryKey: ['audit', 'ledger', stream, campaignId, begin, at, towards],
    enabled: stream !== undefined || campaignId !== undefined,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = {
        ...(stream === undefined ? { campaignId: campaignId ?? '' } : { stream }),
        ...(begin === undefined ? (at === undefined ? {} : { at }) : { from: begin }),
        ...{ order: towards === 'older' ? ('backwards' as const) : ('forwards' as const), limit: PAGE },
      };
      const page = await answer(ledgerEventsControllerList({ query, signal }));
      return shownPage({ ...search, from: begin }, page);
    },
  });
}

/** One event as it was stored. */
export function useLedgerEvent(stream: string, revision: number) {
  return useQuery({
    queryKey: ['audit', 'ledger-event', stream, revision],
    staleTime: Infinity, // an event never changes
    queryFn: async ({ signal }) => {
      const page = await answer(
        ledgerEventsControllerList({ query: { stream, from: revision, limit: 1 }, signal }),
      );
      return page.items.find((event) => event.revision === revision) ?? null;
    },
  });
}

/** Its place in the global order, and the way from it to a signed root. */
export function useInclusionOf(stream: string, revision: number) {
  return useQuery({
    queryKey: ['audit', 'inclusion', stream, revision],
    queryFn: ({ signal }) => answer(proofsControllerInclusion({ query: { stream, revision }, signal })),
    retry: (tries, error) => asProblem(error, 0).status === NOT_FOUND && tries < SIGNED_TRIES_MAX,
    retryDelay: SIGNED_EVERY_MS,
  });
}

/** Which event stands at a position. */
export function usePosition(position: number | undefined) {
  return useQuery({
    queryKey: ['audit', 'position', position],
    enabled: position !== undefined,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const proof = await answer(proofsControllerInclusion({ query: { position: position ?? 0 }, signal }));
      const { stream, revision } = JSON.parse(proof.event) as { stream: string; revision: number };
      return { stream, revision };
    },
  });
}

/** Checks a proof in this browser. */
export function useCheck() {
  return useMutation({ mutationFn: (proof: InclusionProof) => checkInclusion(proof) });
}
