import { useMutation, useQuery } from '@tanstack/react-query';
import { answer, idempotencyKey, ifMatch } from '../../../api/client';
import {
  adGroupsControllerBudget,
  adGroupsControllerRead,
  advertisersControllerRead,
} from '../../../api/generated/sdk.gen';
import type { AdGroup, Advertiser, Campaign } from '../../../api/generated/types.gen';
import type { Asked } from '../../../ui/states';
import type { WantedBudget } from '../../budget/holder';
import { useReload } from '../use-campaign';

/** What siblings spend is not in the campaign's own stream. */
const TREE_REFRESH_MS = 10_000;

/** What stands above and below a campaign in the tree of budgets. */
export interface Around {
  readonly advertiser: Advertiser;
  readonly adGroups: readonly AdGroup[];
  /** Of the campaign, in which its ad groups' budgets are kept. */
  readonly revision: number;
}

/** Reads the advertiser and the ad groups of a campaign; data once both are there. */
export function useBudgetTree({ campaignId, advertiserId }: Campaign): Asked<Around> {
  const advertiser = useQuery({
    queryKey: ['campaign', campaignId, 'advertiser', advertiserId],
    queryFn: ({ signal }) => answer(advertisersControllerRead({ path: { advertiserId }, signal })),
    refetchInterval: TREE_REFRESH_MS,
  });
  const adGroups = useQuery({
    queryKey: ['campaign', campaignId, 'ad-groups'],
    queryFn: ({ signal }) => answer(adGroupsControllerRead({ path: { campaignId }, signal })),
    refetchInterval: TREE_REFRESH_MS,
  });
  const isWhole = advertiser.data !== undefined && adGroups.data !== undefined;
  return {
    data: isWhole
      ? { advertiser: advertiser.data, adGroups: adGroups.data.items, revision: adGroups.data.revision }
      : undefined,
    error: advertiser.error ?? adGroups.error,
    refetch: () => Promise.all([advertiser.refetch(), adGroups.refetch()]),
  };
}

/** Changes the budget of an ad group as it was seen, in its campaign's stream; what holds the campaign is read again. */
export function useChangeAdGroup({ campaignId }: Campaign, adGroupId: string) {
  const reload = useReload(campaignId);
  return useMutation({
    mutationFn: ({ body, revision }: WantedBudget) =>
      answer(
        adGroupsControllerBudget({
          ...{ path: { campaignId, adGroupId }, body },
          headers: { ...ifMatch(revision), ...idempotencyKey() },
        }),
      ),
    onSettled: reload,
  });
}
