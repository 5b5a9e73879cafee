import { Button, Modal } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { Campaign } from '../../api/generated/types.gen';
import { Icon } from '../../ui/icons';
import { Refusal } from '../../ui/states';
import { BudgetDialog } from '../budget/budget-dialog';
import { Buttons, ReasonField } from '../budget/dialog-parts';
import { levelsOf } from '../budget/levels';
import { useBudgetTree } from './budget-tree/use-budget-tree';
import { useChangeBudget, useHistory, usePacing, usePauseOrResume } from './use-campaign';

type Asking = 'pause' | 'resume' | 'budget';

/** What a manager may do to a campaign, each with a reason. */
export function CampaignActions({ campaign }: { readonly campaign: Campaign }) {
  const [asking, setAsking] = useState<Asking>();
  const isPaused = campaign.status === 'paused';
  const close = (): void => setAsking(undefined);
  return (
    <>
      <Button
        variant="default"
        leftSection={<Icon name={isPaused ? 'play' : 'pause'} />}
        onClick={() => setAsking(isPaused ? 'resume' : 'pause')}
      >
        {isPaused ? 'Resume' : 'Pause'}
      </Button>
      <Button variant="default" onClick={() => setAsking('budget')}>
        Change budget
      </Button>
      {asking === 'budget' && <CampaignBudget campaign={campaign} onClose={close} />}
      {(asking === 'pause' || asking === 'resume') && (
        <StatusDialog campaign={campaign} what={asking} onClose={close} />
      )}
    </>
  );
}

function CampaignBudget({
  campaign,
  onClose,
}: {
  readonly campaign: Campaign;
  readonly onClose: () => void;
}) {
  const { campaignId, name, currency, budget, revision } = campaign;
  const pacing = usePacing(campaignId);
  const { data: around } = useBudgetTree(campaign);
  const levels = around && levelsOf(campaign, pacing, around.advertiser, around.adGroups);
  return (
    <BudgetDialog
      seen={{ kind: 'campaign', name, currency, budget, spend: pacing?.spend ?? null, revision }}
      place={levels && { levels, key: 'campaign' }}
      last={useHistory(campaignId).data?.items[0]}
      change={useChangeBudget(campaignId)}
      onClose={onClose}
    />
  );
}

function StatusDialog({
  campaign,
  what,
  onClose,
}: {
  readonly campaign: Campaign;
  readonly what: 'pause' | 'resume';
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const change = usePauseOrResume(campaign, what);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    change.mutate(reason, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={what === 'pause' ? `Pause ${campaign.name}` : `Resume ${campaign.name}`}
    >
      <form onSubmit={submit}>
        <ReasonField reason={reason} onReason={setReason} />
        <Refusal error={change.error} />
        <Buttons
          onClose={onClose}
          isPending={change.isPending}
          label={what === 'pause' ? 'Pause' : 'Resume'}
        />
      </form>
    </Modal>
  );
}
