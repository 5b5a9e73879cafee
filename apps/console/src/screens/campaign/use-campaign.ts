import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answer } from '../../api/client';
import { campaignsControllerRead, pacingControllerRead } from '../../api/generated/sdk.gen';
import type { Pacing } from '../../api/generated/types.gen';
import { useCommandChanges, useLivePacing } from '../../live/live';

const PACING_REFRESH_MS = 5_000;

export function useCampaign(campaignId: string) {
  return useQuery({
    queryKey: ['campaign', campaignId, 'terms'],
    queryFn: ({ signal }) => answer(campaignsControllerRead({ path: { campaignId }, signal })),
  });
}

/** Pacing as the stream tells it, and now and then asked for: time passes for a campaign without events too. */
export function usePacing(campaignId: string): Pacing | undefined {
  const live = useLivePacing(campaignId);
  const { data } = useQuery({
    queryKey: ['campaign', campaignId, 'pacing'],
    queryFn: ({ signal }) => answer(pacingControllerRead({ path: { campaignId }, signal })),
    refetchInterval: PACING_REFRESH_MS,
  });
  if (live === undefined || data === undefined) return live ?? data;
  return live.asOf > data.asOf ? live : data;
}

/** Reads everything of a campaign again. */
export function useReload(campaignId: string): () => void {
  const queries = useQueryClient();
  return useCallback(() => {
    void queries.invalidateQueries({ queryKey: ['campaign', campaignId] });
    void queries.invalidateQueries({ queryKey: ['campaigns'] });
  }, [queries, campaignId]);
}

/** A command to the campaign changes its terms and its history: they are read again. */
export function useReloadOnCommands(campaignId: string): void {
  const reload = useReload(campaignId);
  useCommandChanges((changes) => {
    if (changes.some((change) => change.campaignId === campaignId)) reload();
  });
}
