import type { Campaign } from '../../../api/generated/types.gen';
import { ChangeAdvertiser } from '../../advertiser/change-advertiser';
import { BudgetDialog } from '../../budget/budget-dialog';
import type { Place } from '../../budget/effect-table';
import type { Level } from '../../budget/levels';
import { useHistory } from '../use-campaign';
import { useChangeAdGroup, type Around } from './use-budget-tree';

interface ChangeLevelProps {
  readonly campaign: Campaign;
  readonly level: Level;
  readonly place: Place;
  readonly around: Around;
  readonly onClose: () => void;
}

/** The dialog for the budget of an advertiser or of an ad group. */
export function ChangeLevel(props: ChangeLevelProps) {
  const { level, around, place, onClose } = props;
  return level.kind === 'advertiser' ? (
    <ChangeAdvertiser
      advertiser={around.advertiser}
      currency={level.currency}
      place={place}
      onClose={onClose}
    />
  ) : (
    <ChangeAdGroup {...props} />
  );
}

function ChangeAdGroup({ campaign, level, place, around, onClose }: ChangeLevelProps) {
  const { id, currency, budget, spend } = level;
  return (
    <BudgetDialog
      seen={{ kind: 'ad group', name: id, currency, budget: budget ?? {}, spend, revision: around.revision }}
      place={place}
      last={useHistory(campaign.campaignId).data?.items[0]}
      change={useChangeAdGroup(campaign, id)}
      onClose={onClose}
    />
  );
}
