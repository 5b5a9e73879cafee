import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answer } from '../../api/client';
import { lineageControllerRead, pacingControllerExpectation } from '../../api/generated/sdk.gen';
import type { Expectation } from '../../api/generated/types.gen';
import type { Step } from './series';

const PAGE = 200;
const EXPECTATION_REFRESH_MS = 60_000;
const NONE: Expectation['points'] = [];

/** A figure of a campaign: a point of its series, or its total. */
export type Figure =
  { readonly kind: 'point'; readonly start: string; readonly step: Step | '1d' } | { readonly kind: 'total' };

/** Exactly the events of a figure, page by page, and their sum, added anew for the answer. */
export function useLineage(campaignId: string, figure: Figure) {
  return useInfiniteQuery({
    queryKey: ['campaign', campaignId, 'lineage', figure],
    initialPageParam: -1,
    queryFn: ({ pageParam, signal }) =>
      answer(
        lineageControllerRead({
          path: { campaignId },
          query: {
            ...(figure.kind === 'point' ? { start: figure.start, step: figure.step } : {}),
            ...{ after: pageParam, limit: PAGE },
          },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

/** What today should have cost by each moment. */
export function useExpectation(campaignId: string): Expectation['points'] {
  const { data } = useQuery({
    queryKey: ['campaign', campaignId, 'expectation'],
    queryFn: ({ signal }) => answer(pacingControllerExpectation({ path: { campaignId }, signal })),
    refetchInterval: EXPECTATION_REFRESH_MS,
  });
  return data?.points ?? NONE;
}
