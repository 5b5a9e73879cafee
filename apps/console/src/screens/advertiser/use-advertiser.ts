import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, idempotencyKey, ifMatchOrNew } from '../../api/client';
import {
  advertisersControllerBudget,
  advertisersControllerHistory,
  advertisersControllerList,
  advertisersControllerRead,
} from '../../api/generated/sdk.gen';
import type { Advertiser } from '../../api/generated/types.gen';
import type { WantedBudget } from '../budget/holder';

/** Spend of several campaigns is in nobody's stream. */
export const REFRESH_MS = 10_000;
const PAGE = 500;
const PAGES_MAX = 20;

/** An advertiser with what its campaigns have spent together. */
export function useAdvertiser(advertiserId: string) {
  return useQuery({
    queryKey: ['advertiser', advertiserId],
    queryFn: ({ signal }) => answer(advertisersControllerRead({ path: { advertiserId }, signal })),
    refetchInterval: REFRESH_MS,
  });
}

/** Every advertiser. */
export function useAdvertisers() {
  return useQuery({ queryKey: ['advertisers'], queryFn: readAll, refetchInterval: REFRESH_MS });
}

/** Changes of an advertiser's budget, newest first. */
export function useAdvertiserHistory(advertiserId: string) {
  return useQuery({
    queryKey: ['advertiser', advertiserId, 'history'],
    queryFn: ({ signal }) => answer(advertisersControllerHistory({ path: { advertiserId }, signal })),
  });
}

/** Changes an advertiser's budget as it was seen; whoever saw it before another's change is refused. */
export function useChangeAdvertiser(advertiserId: string, currency: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, revision }: WantedBudget) =>
      answer(
        advertisersControllerBudget({
          path: { advertiserId },
          headers: { ...ifMatchOrNew(revision), ...idempotencyKey() },
          body: { ...body, currency },
        }),
      ),
    onSettled: () => {
      // What holds a campaign may be another cap from now on.
      for (const noun of ['advertiser', 'advertisers', 'campaign', 'campaigns'])
        void queries.invalidateQueries({ queryKey: [noun] });
    },
  });
}

async function readAll({ signal }: { readonly signal: AbortSignal }): Promise<readonly Advertiser[]> {
  const items: Advertiser[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items: some, next } = await answer(advertisersControllerList({ query, signal }));
    items.push(...some);
    if (next === null) return items;
    cursor = next;
  }
  throw new Error(`There are more than ${PAGES_MAX * PAGE} advertisers: the console does not list so many.`);
}
