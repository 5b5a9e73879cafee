import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, done } from '../../../api/client';
import {
  projectionsControllerCancel,
  projectionsControllerList,
  projectionsControllerRebuild,
  projectionsControllerRollback,
} from '../../../api/generated/sdk.gen';
import type { Projections, Rebuild } from '../../../api/generated/types.gen';

const KEY = ['projections'] as const;
const RUNNING_MS = 300;
const IDLE_MS = 5_000;
/** All of them are built and swapped together. */
const ALL = { name: 'all' } as const;

/** Which read models serve, and what is being built beside them. */
export function useProjections() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => answer(projectionsControllerList({ signal })),
    refetchInterval: ({ state }) => (isRunning(state.data?.rebuild) ? RUNNING_MS : IDLE_MS),
  });
}

export function isRunning(rebuild: Rebuild | null | undefined): boolean {
  return rebuild != null && ['building', 'comparing', 'swapping'].includes(rebuild.state);
}

export function useRebuild() {
  return useChange(() => answer(projectionsControllerRebuild({ path: ALL })));
}

export function useRollback() {
  return useChange(() => answer(projectionsControllerRollback({ path: ALL })));
}

/** Shows what was begun at once: the next look at the list comes with its progress. */
function useChange(call: () => Promise<Rebuild>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: (rebuild) =>
      queries.setQueryData<Projections>(KEY, (was) => (was === undefined ? was : { ...was, rebuild })),
    onSettled: () => void queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useCancelRebuild() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => done(projectionsControllerCancel({ path: ALL })),
    onSettled: () => void queries.invalidateQueries({ queryKey: KEY }),
  });
}
