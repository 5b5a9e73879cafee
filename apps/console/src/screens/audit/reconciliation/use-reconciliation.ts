import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { answer } from '../../../api/client';
import {
  reconciliationControllerClose,
  reconciliationControllerClosed,
  reconciliationControllerCompare,
  reconciliationControllerRead,
} from '../../../api/generated/sdk.gen';
import type { CompareInvoice } from '../../../api/generated/types.gen';

/** Days of a campaign, both inclusive. */
export interface Period {
  readonly campaignId: string;
  readonly from: string;
  readonly to: string;
}

export function useReconciliation({ campaignId, from, to }: Period) {
  return useQuery({
    queryKey: ['audit', 'reconciliation', campaignId, from, to],
    queryFn: ({ signal }) =>
      answer(reconciliationControllerRead({ path: { campaignId }, query: { from, to }, signal })),
  });
}

/** Holds a report against the ledger; nothing of it is kept. */
export function useCompareInvoice({ campaignId, from, to }: Period) {
  return useMutation({
    mutationFn: (report: Pick<CompareInvoice, 'csv' | 'toleranceMicros'>) =>
      answer(reconciliationControllerCompare({ path: { campaignId }, body: { from, to, ...report } })),
  });
}

/** The closed periods, each added up again. */
export function useClosedPeriods(campaignId: string) {
  return useQuery({
    queryKey: ['audit', 'periods', campaignId],
    queryFn: ({ signal }) => answer(reconciliationControllerClosed({ path: { campaignId }, signal })),
  });
}

export function useClosePeriod({ campaignId, from, to }: Period) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(reconciliationControllerClose({ path: { campaignId }, body: { from, to } })),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['audit', 'periods', campaignId] });
      void queries.invalidateQueries({ queryKey: ['audit', 'reconciliation', campaignId] });
    },
  });
}
