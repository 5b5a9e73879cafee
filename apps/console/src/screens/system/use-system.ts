import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer, done, idempotencyKey } from '../../api/client';
import {
  keysControllerCreate,
  keysControllerList,
  keysControllerRevoke,
  quarantineControllerList,
  quarantineControllerRedrive,
  systemControllerRead,
  webhooksControllerDeliveries,
  webhooksControllerList,
  webhooksControllerRedrive,
} from '../../api/generated/sdk.gen';
import type { CreateKey, Delivery, Quarantined, Redrive } from '../../api/generated/types.gen';

const REFRESH_MS = 1_000;
const DELIVERIES_REFRESH_MS = 3_000;
const SHOWN_MAX = 100;

export function useSystem() {
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => answer(systemControllerRead({ signal })),
    refetchInterval: REFRESH_MS,
  });
}

export interface QuarantineFilter {
  readonly state: Quarantined['state'];
  readonly reason?: Quarantined['reason'] | undefined;
}

/** The records that wait, or that were sent through again, page by page. */
export function useQuarantine({ state, reason }: QuarantineFilter) {
  return useInfiniteQuery({
    queryKey: ['quarantine', state, reason],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => {
      const query = {
        ...{ state, limit: SHOWN_MAX },
        ...(reason === undefined ? {} : { reason }),
        ...(pageParam === undefined ? {} : { cursor: pageParam }),
      };
      return answer(quarantineControllerList({ query, signal }));
    },
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

export function useRedriveRecord() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...body }: { readonly id: string } & Redrive) =>
      answer(quarantineControllerRedrive({ path: { quarantineId: id }, body, headers: idempotencyKey() })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['quarantine'] }),
  });
}

export function useWebhooks() {
  return useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => answer(webhooksControllerList({ signal })),
  });
}

export const DELIVERY_STATES: readonly Delivery['state'][] = ['delivered', 'waiting', 'dead'];

/** What became of the messages to one webhook, looked at again while the screen is open. */
export function useDeliveries(webhookId: string, state: Delivery['state'] | undefined) {
  return useQuery({
    queryKey: ['webhooks', webhookId, 'deliveries', state],
    refetchInterval: DELIVERIES_REFRESH_MS,
    queryFn: ({ signal }) =>
      answer(
        webhooksControllerDeliveries({
          path: { webhookId },
          query: { limit: SHOWN_MAX, ...(state === undefined ? {} : { state }) },
          signal,
        }),
      ),
  });
}

export function useRedriveDelivery(webhookId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (deliveryId: string) => done(webhooksControllerRedrive({ path: { webhookId, deliveryId } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['webhooks', webhookId] }),
  });
}

export function useKeys(enabled: boolean) {
  return useQuery({
    queryKey: ['keys'],
    enabled,
    queryFn: ({ signal }) =>
      answer(keysControllerList({ query: { limit: SHOWN_MAX, revoked: 'false' }, signal })),
  });
}

export function useCreateKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: CreateKey) => answer(keysControllerCreate({ body, headers: idempotencyKey() })),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['keys'] }),
  });
}

export function useRevokeKey() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (keyId: string) => done(keysControllerRevoke({ path: { keyId } })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['keys'] }),
  });
}
