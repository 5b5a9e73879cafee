import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
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
import type { CreateKey } from '../../api/generated/types.gen';

const REFRESH_MS = 1_000;
const SHOWN_MAX = 100;

export function useSystem() {
  return useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => answer(systemControllerRead({ signal })),
    refetchInterval: REFRESH_MS,
  });
}

export function useQuarantine(enabled: boolean) {
  return useQuery({
    queryKey: ['quarantine'],
    enabled,
    queryFn: ({ signal }) =>
      answer(quarantineControllerList({ query: { state: 'open', limit: SHOWN_MAX }, signal })),
  });
}

export function useRedriveRecord() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (quarantineId: string) =>
      answer(quarantineControllerRedrive({ path: { quarantineId }, body: {}, headers: idempotencyKey() })),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['quarantine'] }),
  });
}

export function useWebhooks() {
  return useQuery({
    queryKey: ['webhooks'],
    queryFn: ({ signal }) => answer(webhooksControllerList({ signal })),
  });
}

export function useDeliveries(webhookId: string) {
  return useQuery({
    queryKey: ['webhooks', webhookId, 'deliveries'],
    queryFn: ({ signal }) =>
      answer(webhooksControllerDeliveries({ path: { webhookId }, query: { limit: SHOWN_MAX }, signal })),
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
