import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import type { Advertiser } from '../../api/generated/types.gen';
import { Await, Empty } from '../../ui/states';
import { BudgetDialog } from '../budget/budget-dialog';
import type { Place } from '../budget/effect-table';
import { useCampaigns } from '../campaigns/use-campaigns';
import { useAdvertiserHistory, useChangeAdvertiser } from './use-advertiser';

interface ChangeAdvertiserProps {
  readonly advertiser: Advertiser;
  readonly place?: Place | undefined;
  readonly onClose: () => void;
}

/** The dialog for what all campaigns of an advertiser may spend together, in one currency: asked for first where it is not plain. */
export function ChangeAdvertiser({
  currency: of,
  ...props
}: ChangeAdvertiserProps & {
  /** Of the campaign that is looked at; the advertiser's own unless given. */
  readonly currency?: string;
}) {
  const [chosen, setChosen] = useState<string>();
  const currency = of ?? props.advertiser.currency ?? chosen;
  return currency === undefined ? (
    <WhichCurrency {...props} onChoose={setChosen} />
  ) : (
    <Change {...props} currency={currency} />
  );
}

function Change({
  advertiser: { advertiserId, budget, spend, revision },
  currency,
  place,
  onClose,
}: ChangeAdvertiserProps & { readonly currency: string }) {
  return (
    <BudgetDialog
      seen={{ kind: 'advertiser', name: advertiserId, currency, budget: budget ?? {}, spend, revision }}
      place={place}
      last={useAdvertiserHistory(advertiserId).data?.items[0]}
      change={useChangeAdvertiser(advertiserId, currency)}
      onClose={onClose}
    />
  );
}

/** Its campaigns have several: a budget holds those in its own currency. */
function WhichCurrency({
  advertiser: { advertiserId },
  onChoose,
  onClose,
}: ChangeAdvertiserProps & { readonly onChoose: (currency: string) => void }) {
  const campaigns = useCampaigns();
  return (
    <Modal opened onClose={onClose} title={`Budget of ${advertiserId}`}>
      <Await of={campaigns} what="campaigns">
        {(items) => {
          const its = items.filter((campaign) => campaign.advertiserId === advertiserId);
          const currencies = [...new Set(its.map(({ currency }) => currency))].sort();
          return currencies.length === 0 ? (
            <Empty title="No campaign is of this advertiser" />
          ) : (
            <>
              <p>Its campaigns spend in several currencies. The budget holds those in its own:</p>
              <div className="fd-filters">
                {currencies.map((currency, at) => (
                  <Button
                    key={currency}
                    variant="default"
                    data-autofocus={at === 0 || undefined}
                    onClick={() => onChoose(currency)}
                  >
                    {currency}, {its.filter((campaign) => campaign.currency === currency).length} of{' '}
                    {its.length} campaigns
                  </Button>
                ))}
              </div>
            </>
          );
        }}
      </Await>
    </Modal>
  );
}
