import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useRef } from 'react';
import { answer } from '../../api/client';
import { trendsControllerRead } from '../../api/generated/sdk.gen';

const IDS_MAX = 100;
const REFRESH_MS = 20_000;
const SETTLE_MS = 120;

/** The last hour of the campaigns in sight; of those once seen what was told last. */
export function useTrends(inSight: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const wanted = inSight.slice(0, IDS_MAX).join(',');
  const [campaignIds] = useDebouncedValue(wanted, SETTLE_MS);
  const known = useRef(new Map<string, readonly number[]>());
  const { data } = useQuery({
    queryKey: ['trends', campaignIds],
    queryFn: ({ signal }) => answer(trendsControllerRead({ query: { campaignIds }, signal })),
    enabled: campaignIds !== '',
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
    staleTime: REFRESH_MS,
  });
  return useMemo(() => {
    for (const { campaignId, netMicros } of data?.items ?? []) known.current.set(campaignId, netMicros);
    return new Map(known.current);
  }, [data]);
}
