import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { matchesAll } from '../../format/search';
import { useKnownCampaigns } from '../campaigns/use-campaigns';

const SHOWN_MAX = 50;

/** One of the campaigns, by its name or its id. */
export function CampaignSelect({
  value,
  onChange,
  label,
}: {
  readonly value: string;
  readonly onChange: (campaignId: string) => void;
  /** Above it; without one it says so only to those who hear the screen. */
  readonly label?: string;
}) {
  const campaigns = useKnownCampaigns();
  const data = useMemo(
    () => campaigns.map(({ campaignId, name }) => ({ value: campaignId, label: `${name} (${campaignId})` })),
    [campaigns],
  );
  return (
    <Select
      w={260}
      searchable
      {...(label === undefined ? { 'aria-label': 'Campaign' } : { label })}
      placeholder="A campaign"
      nothingFoundMessage="No campaign is called that."
      data={data}
      limit={SHOWN_MAX}
      filter={({ options, search }) =>
        options.filter((option) => 'label' in option && matchesAll(option.label, search))
      }
      value={value === '' ? null : value}
      onChange={(campaignId) => onChange(campaignId ?? '')}
    />
  );
}
