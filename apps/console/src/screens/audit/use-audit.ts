import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, done, idempotencyKey } from '../../api/client';
import {
  accessControllerList,
  exportControllerVerification,
  proofsControllerCheckpoint,
  proofsControllerInclusion,
  replaysControllerCancel,
  replaysControllerCreate,
  replaysControllerList,
  replaysControllerRead,
} from '../../api/generated/sdk.gen';
import type { Replay } from '../../api/generated/types.gen';

const CHECKPOINT_EVERY_MS = 2_000;
const PROGRESS_EVERY_MS = 300;
const SHOWN_MAX = 100;

export function useCheckpoint() {
  return useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: ({ signal }) => answer(proofsControllerCheckpoint({ signal })),
    refetchInterval: CHECKPOINT_EVERY_MS,
  });
}

export function useInclusion() {
  return useMutation({
    mutationFn: (position: number) => answer(proofsControllerInclusion({ query: { position } })),
  });
}

/** Hashes a range of the ledger anew and holds it against what was signed. */
export function useVerification() {
  return useMutation({
    mutationFn: (range: { readonly from?: number; readonly to?: number }) =>
      answer(exportControllerVerification({ query: range })),
  });
}

export function useReplays() {
  return useQuery({
    queryKey: ['audit', 'replays'],
    queryFn: ({ signal }) => answer(replaysControllerList({ signal })),
  });
}

/** One replay, asked for again while it runs. */
export function useReplay(replayId: string | undefined) {
  return useQuery({
    queryKey: ['audit', 'replay', replayId ?? ''],
    enabled: replayId !== undefined,
    queryFn: ({ signal }) => answer(replaysControllerRead({ path: { replayId: replayId ?? '' }, signal })),
    refetchInterval: ({ state }) => (isOver(state.data) ? false : PROGRESS_EVERY_MS),
  });
}

export function isOver(replay: Replay | undefined): boolean {
  return replay !== undefined && replay.state !== 'waiting' && replay.state !== 'running';
}

export function useStartReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (asOf: string) =>
      answer(replaysControllerCreate({ body: asOf === '' ? {} : { asOf }, headers: idempotencyKey() })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['audit', 'replays'] }),
  });
}

export function useCancelReplay() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (replayId: string) => done(replaysControllerCancel({ path: { replayId } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['audit'] }),
  });
}

export interface AccessFilter {
  readonly action?: string;
  readonly actor?: string;
}

/** The access book, the newest first, page by page. */
export function useAccessBook(filter: AccessFilter) {
  return useInfiniteQuery({
    queryKey: ['audit', 'access', filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const cursor = pageParam === undefined ? {} : { cursor: pageParam };
      return answer(accessControllerList({ query: { limit: SHOWN_MAX, ...filter, ...cursor }, signal }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}
