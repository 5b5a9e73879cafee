import type { Campaign } from '../../../api/generated/types.gen';
import { BudgetDialog } from '../budget-dialog';
import { useHistory } from '../use-campaign';
import type { Level } from './levels';
import { useAdvertiserHistory, useChangeLevel, type Around } from './use-budget-tree';

/** The dialog for the budget of an advertiser or of an ad group. */
export function ChangeLevel({
  campaign,
  level,
  around,
  onClose,
}: {
  readonly campaign: Campaign;
  readonly level: Level;
  readonly around: Around;
  readonly onClose: () => void;
}) {
  const isAdvertiser = level.kind === 'advertiser';
  const ofAdvertiser = useAdvertiserHistory(campaign, isAdvertiser);
  const ofCampaign = useHistory(campaign.campaignId);
  return (
    <BudgetDialog
      seen={{
        ...{ kind: isAdvertiser ? 'advertiser' : 'ad group', name: level.id, currency: level.currency },
        budget: level.budget ?? {},
        revision: isAdvertiser ? around.advertiser.revision : around.revision,
      }}
      last={(isAdvertiser ? ofAdvertiser : ofCampaign).data?.items[0]}
      change={useChangeLevel(campaign, level)}
      onClose={onClose}
    />
  );
}
