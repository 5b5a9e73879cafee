import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { answer, idempotencyKey, ifMatch } from '../../api/client';
import {
  campaignsControllerBudget,
  campaignsControllerHistory,
  campaignsControllerPause,
  campaignsControllerRead,
  campaignsControllerResume,
  metricsControllerSeries,
  pacingControllerRead,
  verdictsControllerOfCampaign,
} from '../../api/generated/sdk.gen';
import type { Campaign, Pacing } from '../../api/generated/types.gen';
import { askAgain } from '../../live/ask-again';
import { useCommandChanges, useLivePacing } from '../../live/live';
import type { WantedBudget } from '../budget/holder';
import type { Step } from './series';

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
    void askAgain(queries, 'campaign', campaignId);
    void askAgain(queries, 'campaigns');
  }, [queries, campaignId]);
}

/** A command to the campaign changes its terms and its history: they are read again. */
export function useReloadOnCommands(campaignId: string): void {
  const reload = useReload(campaignId);
  useCommandChanges((changes) => {
    if (changes.some((change) => change.campaignId === campaignId)) reload();
  });
}

const METRICS_REFRESH_MS = 10_000;

export function useMetrics(
  campaignId: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
  step: Step | '1d',
) {
  return useQuery({
    queryKey: ['campaign', campaignId, 'metrics', fromMs, step],
    queryFn: ({ signal }) =>
      answer(
        metricsControllerSeries({
          path: { campaignId },
          query: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), step },
          signal,
        }),
      ),
    refetchInterval: METRICS_REFRESH_MS,
  });
}

export function useHistory(campaignId: string) {
  return useQuery({
    queryKey: ['campaign', campaignId, 'history'],
    queryFn: ({ signal }) => answer(campaignsControllerHistory({ path: { campaignId }, signal })),
  });
}

export function useCampaignRules(campaignId: string) {
  return useQuery({
    queryKey: ['campaign', campaignId, 'rules'],
    queryFn: ({ signal }) => answer(verdictsControllerOfCampaign({ path: { campaignId }, signal })),
    refetchInterval: PACING_REFRESH_MS,
  });
}

export function usePauseOrResume({ campaignId, revision }: Campaign, what: 'pause' | 'resume') {
  const reload = useReload(campaignId);
  const call = what === 'pause' ? campaignsControllerPause : campaignsControllerResume;
  return useMutation({
    mutationFn: (reason: string) =>
      answer(
        call({
          path: { campaignId },
          headers: { ...ifMatch(revision), ...idempotencyKey() },
          body: reason === '' ? {} : { reason },
        }),
      ),
    onSettled: reload,
  });
}

/** Changes the budget of the campaign as it was seen; whoever saw it before another's change is refused. */
export function useChangeBudget(campaignId: string) {
  const reload = useReload(campaignId);
  return useMutation({
    mutationFn: ({ body, revision }: WantedBudget) =>
      answer(
        campaignsControllerBudget({
          path: { campaignId },
          headers: { ...ifMatch(revision), ...idempotencyKey() },
          body,
        }),
      ),
    onSettled: reload,
  });
}
