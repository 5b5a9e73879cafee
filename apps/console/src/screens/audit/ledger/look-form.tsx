import { Autocomplete, Button, SegmentedControl, TextInput } from '@mantine/core';
import { useMemo, useState, type SyntheticEvent } from 'react';
import { instantOfLocal, localOfInstant, ownZone } from '../../../format/local-time';
import { useKnownCampaigns } from '../../campaigns/use-campaigns';
import { CampaignSelect } from '../campaign-select';
import type { LedgerSearch } from './search';

const STREAMS_SHOWN_MAX = 12;

const BY = [
  { value: 'stream', label: 'Stream' },
  { value: 'campaign', label: 'Campaign' },
  { value: 'position', label: 'Position' },
] as const;
type By = (typeof BY)[number]['value'];

/** Names where in the ledger to look. */
export function LookForm({
  search,
  onLook,
}: {
  readonly search: LedgerSearch;
  readonly onLook: (to: LedgerSearch) => void;
}) {
  const [by, setBy] = useState<By>(byOf(search));
  const [stream, setStream] = useState(search.stream ?? '');
  const [campaignId, setCampaignId] = useState(search.campaignId ?? '');
  const [position, setPosition] = useState(search.position === undefined ? '' : String(search.position));
  const [since, setSince] = useState(search.at === undefined ? '' : localOfInstant(search.at));
  const campaigns = useKnownCampaigns();
  const streams = useMemo(
    () => [
      ...['access-audit', 'webhooks', 'user-erasures'],
      ...campaigns.flatMap(({ campaignId: id }) => [
        `campaign-${id}`,
        `command-${id}`,
        `decision-${id}`,
        `period-${id}`,
      ]),
    ],
    [campaigns],
  );
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const at = instantOfLocal(since);
    const from = at === undefined ? {} : { at };
    if (by === 'stream' && stream.trim() !== '') onLook({ stream: stream.trim(), ...from });
    if (by === 'campaign' && campaignId !== '') onLook({ campaignId, ...from });
    if (by === 'position' && /^\d{1,15}$/u.test(position.trim()))
      onLook({ position: Number(position.trim()) });
  };
  return (
    <form className="fd-look" onSubmit={submit} aria-label="Look up">
      <SegmentedControl
        aria-label="Look by"
        data={[...BY]}
        value={by}
        onChange={(value) => setBy(BY.find((one) => one.value === value)?.value ?? by)}
      />
      {by === 'stream' && (
        <Autocomplete
          size="xs"
          w={260}
          aria-label="Stream"
          placeholder="ads-00, campaign-…, rule-…"
          data={streams}
          limit={STREAMS_SHOWN_MAX}
          value={stream}
          onChange={setStream}
          data-search
        />
      )}
      {by === 'campaign' && <CampaignSelect value={campaignId} onChange={setCampaignId} />}
      {by === 'position' ? (
        <TextInput
          w={160}
          aria-label="Position in the global order"
          placeholder="0, 1, 2 …"
          inputMode="numeric"
          value={position}
          onChange={(event) => setPosition(event.currentTarget.value)}
        />
      ) : (
        <TextInput
          type="datetime-local"
          step={1}
          aria-label={`From a time on, ${ownZone()}; the newest when empty`}
          title={`From a time on, ${ownZone()}; the newest when empty`}
          value={since}
          onChange={(event) => setSince(event.currentTarget.value)}
        />
      )}
      <Button type="submit">Look</Button>
    </form>
  );
}

function byOf({ position, campaignId }: LedgerSearch): By {
  if (position !== undefined) return 'position';
  return campaignId === undefined ? 'stream' : 'campaign';
}
