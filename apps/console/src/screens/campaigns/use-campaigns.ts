import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { answer } from '../../api/client';
import { campaignsControllerList } from '../../api/generated/sdk.gen';
import type { CampaignItem } from '../../api/generated/types.gen';
import { askAgain } from '../../live/ask-again';
import { useCommandChanges, useLiveStore } from '../../live/live';

const PAGE = 500;
const PAGES_MAX = 200;
const REFRESH_MS = 60_000;
/** After a command or an unknown campaign the list is read again, at most this often. */
const SETTLE_MS = 1_500;
const KEY = ['campaigns'] as const;
const NONE: readonly CampaignItem[] = [];

/** Every campaign; figures are then kept new by the stream. Read again now and then, and when something else than figures changes. */
export function useCampaigns(): UseQueryResult<readonly CampaignItem[]> {
  return useQuery({ queryKey: KEY, queryFn: readAll, staleTime: REFRESH_MS, refetchInterval: REFRESH_MS });
}

/** Campaigns that have been read already, for lists of names. */
export function useKnownCampaigns(): readonly CampaignItem[] {
  return useCampaigns().data ?? NONE;
}

/** Reads the list again when commands change or campaigns turn up that it does not know. */
export function useFreshCampaigns(): void {
  const queries = useQueryClient();
  const store = useLiveStore();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const soon = useRef(() => undefined as unknown);
  useEffect(() => {
    soon.current = () =>
      (timer.current ??= setTimeout(() => {
        timer.current = undefined;
        void askAgain(queries, ...KEY);
      }, SETTLE_MS));
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [queries]);
  useCommandChanges(() => soon.current());
  useEffect(
    () =>
      store.onPacing((moved) => {
        const known = queries.getQueryData<readonly CampaignItem[]>(KEY);
        if (known === undefined) return;
        const registered = [...moved.values()].filter(({ status }) => status !== 'unregistered');
        const ids = idsOf(known);
        if (registered.some(({ campaignId }) => !ids.has(campaignId))) soon.current();
      }),
    [store, queries],
  );
}

const idSets = new WeakMap<readonly CampaignItem[], ReadonlySet<string>>();

function idsOf(items: readonly CampaignItem[]): ReadonlySet<string> {
  const known = idSets.get(items);
  if (known !== undefined) return known;
  const made = new Set(items.map(({ campaignId }) => campaignId));
  idSets.set(items, made);
  return made;
}

async function readAll({ signal }: { readonly signal: AbortSignal }): Promise<readonly CampaignItem[]> {
  const items: CampaignItem[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items: some, next } = await answer(campaignsControllerList({ query, signal }));
    items.push(...some);
    if (next === null) return items;
    cursor = next;
  }
  throw new Error(`There are more than ${PAGES_MAX * PAGE} campaigns: the console does not list so many.`);
}
