import { Button, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Advertiser } from '../../api/generated/types.gen';
import { csvOf, saveAs } from '../../files/csv';
import { inputMoney } from '../../format/money';
import { count } from '../../format/number';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { TablePanel } from '../../ui/table/table-panel';
import { useMay } from '../../session/use-session';
import { changeColumn, COLUMNS } from './advertiser-columns';
import { ChangeAdvertiser } from './change-advertiser';
import { listed, SHOWN_MAX } from './listed';
import { useAdvertisers } from './use-advertiser';

/** Every advertiser: its caps, what its campaigns have spent together, the one nearest its cap first. */
export function AdvertisersScreen() {
  const advertisers = useAdvertisers();
  const [wanted, setWanted] = useState('');
  const [changing, setChanging] = useState<string>();
  const mayChange = useMay('campaigns:write');
  const columns = useMemo(() => (mayChange ? [...COLUMNS, changeColumn(setChanging)] : COLUMNS), [mayChange]);
  const all = advertisers.data ?? [];
  const found = useMemo(() => listed(advertisers.data ?? [], wanted), [advertisers.data, wanted]);
  const one = all.find(({ advertiserId }) => advertiserId === changing);
  return (
    <Page
      title="Advertisers"
      beside={
        <span className="fd-dim" role="status">
          {found.length === all.length ? count(all.length) : `${count(found.length)} of ${count(all.length)}`}
        </span>
      }
      actions={
        <Button
          variant="default"
          leftSection={<Icon name="download" size={14} />}
          onClick={() => saveCsv(found)}
        >
          CSV
        </Button>
      }
    >
      <div className="fd-filters" role="search">
        <TextInput
          data-search
          aria-label="Search advertisers"
          placeholder="Search id, currency"
          leftSection={<Icon name="search" size={14} />}
          w={250}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </div>
      <TablePanel
        title="Advertisers"
        of={advertisers}
        rows={() => found.slice(0, SHOWN_MAX)}
        columns={columns}
        rowKey={({ advertiserId }) => advertiserId}
        empty={
          all.length === 0
            ? {
                title: 'No advertiser yet',
                why: 'An advertiser is there once a campaign is registered for it.',
              }
            : { title: 'No advertiser is called that' }
        }
      >
        {found.length > SHOWN_MAX && (
          <p className="fd-pager fd-dim">
            The {count(SHOWN_MAX)} nearest their caps of {count(found.length)}. Search for another.
          </p>
        )}
      </TablePanel>
      {one !== undefined && <ChangeAdvertiser advertiser={one} onClose={() => setChanging(undefined)} />}
    </Page>
  );
}

function saveCsv(rows: readonly Advertiser[]): void {
  const head = [
    'advertiserId',
    'currency',
    'spentToday',
    'capDaily',
    'spentInAll',
    'capInAll',
    'used',
    'campaigns',
  ];
  const text = csvOf(
    head,
    rows.map(({ advertiserId, currency, spend, budget, utilization, campaigns }) => [
      ...[advertiserId, currency ?? '', inputMoney(spend?.todayMicros), inputMoney(budget?.dailyMicros)],
      ...[inputMoney(spend?.lifetimeMicros), inputMoney(budget?.lifetimeMicros)],
      ...[utilization === null ? '' : String(utilization), String(campaigns)],
    ]),
  );
  saveAs(`advertisers-${new Date().toISOString().slice(0, 16)}.csv`, text, 'text/csv');
}
