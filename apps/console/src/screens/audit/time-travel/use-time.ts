import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { answer } from '../../../api/client';
import { asOfControllerCampaign, asOfControllerMetrics } from '../../../api/generated/sdk.gen';
import type { CampaignAsOf } from '../../../api/generated/types.gen';
import { localDay } from '../../campaign/series';

/** What a moment was stays what it was then; what is known of it now may grow. */
const FRESH_MS = 30_000;

export function useAsOf(campaignId: string | undefined, asOf: string) {
  return useQuery({
    ...asOfQuery(campaignId ?? '', asOf),
    enabled: campaignId !== undefined,
    placeholderData: keepPreviousData,
  });
}

/** The same moment of several campaigns, in their order. */
export function useManyAsOf(campaignIds: readonly string[], asOf: string, enabled: boolean) {
  const queries = campaignIds.map((campaignId) => ({ ...asOfQuery(campaignId, asOf), enabled }));
  return useQueries({ queries });
}

function asOfQuery(campaignId: string, asOf: string) {
  return {
    queryKey: ['audit', 'as-of', campaignId, asOf],
    staleTime: FRESH_MS,
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      answer(asOfControllerCampaign({ path: { campaignId }, query: { asOf }, signal })),
  };
}

/** Spend of the campaign's local day up to the moment, as it was known then and as it is known now. */
export function useDayAsOf({ campaignId, asOf, campaign }: CampaignAsOf) {
  const toMs = Date.parse(asOf);
  const { fromMs } = localDay(toMs, campaign?.timezone ?? 'UTC');
  return useQuery({
    queryKey: ['audit', 'as-of', campaignId, asOf, 'day', fromMs],
    staleTime: FRESH_MS,
    enabled: toMs > fromMs,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const query = {
        ...{ asOf, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
        step: '5m' as const,
      };
      const { knownThen, knownNow } = await answer(
        asOfControllerMetrics({ path: { campaignId }, query, signal }),
      );
      return { fromMs, toMs, then: knownThen.points, now: knownNow.points };
    },
  });
}

/** The value once it has stood still for a while. */
export function useSettled<Value>(value: Value, afterMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
