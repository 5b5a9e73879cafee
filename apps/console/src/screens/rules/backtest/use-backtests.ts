import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, done, idempotencyKey } from '../../../api/client';
import {
  backtestsControllerCancel,
  backtestsControllerCreate,
  backtestsControllerList,
  backtestsControllerRead,
  campaignsControllerRead,
  metricsControllerSeries,
} from '../../../api/generated/sdk.gen';
import type { Backtest, CreateBacktest } from '../../../api/generated/types.gen';
import { asProblem } from '../../../api/problem';
import { localDay } from '../../campaign/series';
import { stepFor } from './real-curve';

const POLL_MS = 700;

export function isOver(state: Backtest['state']): boolean {
  return state !== 'waiting' && state !== 'running';
}

export function useBacktests(ruleId: string) {
  return useQuery({
    queryKey: ['backtests', ruleId],
    queryFn: ({ signal }) => answer(backtestsControllerList({ path: { ruleId }, signal })),
    refetchInterval: ({ state }) =>
      state.data?.items.every((one) => isOver(one.state)) === false ? POLL_MS : false,
  });
}

export function useStartBacktest(ruleId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateBacktest) =>
      answer(backtestsControllerCreate({ path: { ruleId }, headers: idempotencyKey(), body })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['backtests', ruleId] }),
  });
}

export function useCancelBacktest(ruleId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (backtestId: string) => done(backtestsControllerCancel({ path: { ruleId, backtestId } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['backtests', ruleId] }),
  });
}

/** A backtest and how far it has come. */
export function useBacktest(ruleId: string, backtestId: string | undefined) {
  return useQuery({
    queryKey: ['backtests', ruleId, backtestId],
    enabled: backtestId !== undefined,
    queryFn: ({ signal }) => {
      if (backtestId === undefined) throw asProblem(undefined, 0);
      return answer(backtestsControllerRead({ path: { ruleId, backtestId }, signal }));
    },
    refetchInterval: ({ state }) => (state.data !== undefined && !isOver(state.data.state) ? POLL_MS : false),
  });
}

/** What a campaign really spent, from the midnight before the range to its end. */
export function useRealSpend(campaignId: string, { from, to }: Pick<Backtest, 'from' | 'to'>) {
  const campaign = useQuery({
    queryKey: ['campaign', campaignId, 'terms'],
    queryFn: ({ signal }) => answer(campaignsControllerRead({ path: { campaignId }, signal })),
    placeholderData: keepPreviousData,
  });
  const zone = campaign.data?.timezone;
  const spend = useQuery({
    queryKey: ['campaign', campaignId, 'real spend', from, to, zone],
    enabled: zone !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => {
      const { fromMs } = localDay(Date.parse(from), zone ?? 'UTC');
      const query = { from: new Date(fromMs).toISOString(), to, step: stepFor(fromMs, Date.parse(to)) };
      return answer(metricsControllerSeries({ path: { campaignId }, query, signal }));
    },
  });
  return { campaign, spend };
}
