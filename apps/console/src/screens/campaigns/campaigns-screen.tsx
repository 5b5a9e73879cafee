import './campaigns.css';
import { Button } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { CampaignItem } from '../../api/generated/types.gen';
import { csvOf, saveAs } from '../../files/csv';
import { count } from '../../format/number';
import { Icon } from '../../ui/icons';
import { Page } from '../../ui/page';
import { Await, Empty, Refusal } from '../../ui/states';
import { CampaignTable } from './campaign-table';
import { COLUMNS } from './columns';
import { Filters } from './filters';
import { FirstRun } from './first-run';
import type { CampaignsSearch } from './search';
import { useCampaigns, useFreshCampaigns } from './use-campaigns';
import { useRows } from './use-rows';
import { useSamples } from './use-samples';
import { useShownColumns } from './views';

const route = getRouteApi('/campaigns');

/** Every campaign, the one that needs looking at first. */
export function CampaignsScreen() {
  const campaigns = useCampaigns();
  const samples = useSamples();
  useFreshCampaigns();
  return (
    <Await of={campaigns} what="campaigns">
      {(items) =>
        items.length === 0 ? (
          <FirstRun samples={samples} />
        ) : (
          <>
            <Refusal error={samples.error} />
            <Listed items={items} fetchedMs={campaigns.dataUpdatedAt} />
          </>
        )
      }
    </Await>
  );
}

function Listed({
  items,
  fetchedMs,
}: {
  readonly items: readonly CampaignItem[];
  readonly fetchedMs: number;
}) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [isHeld, setHeld] = useState(false);
  const [shown, setShown] = useShownColumns();
  const rows = useRows(items, fetchedMs, search, isHeld);
  const columns = COLUMNS.filter(({ id }) => shown.includes(id));
  const look = (to: CampaignsSearch): void => void navigate({ search: to, replace: true });
  const save = (): void => {
    const cells = columns.flatMap(({ csv }) => csv);
    const text = csvOf(
      ['campaignId', 'currency', ...cells.map(([head]) => head)],
      rows.read().map((row) => [row.campaignId, row.currency, ...cells.map(([, cell]) => cell(row))]),
    );
    saveAs(`campaigns-${new Date().toISOString().slice(0, 16)}.csv`, text, 'text/csv');
  };
  return (
    <Page
      title="Campaigns"
      beside={
        <span className="fd-dim" role="status">
          {rows.order.length === items.length
            ? count(items.length)
            : `${count(rows.order.length)} of ${count(items.length)}`}
        </span>
      }
      actions={
        <Button variant="default" leftSection={<Icon name="download" size={14} />} onClick={save}>
          CSV
        </Button>
      }
    >
      <Filters search={search} look={look} shown={shown} setShown={setShown} />
      {rows.order.length === 0 ? (
        <div className="fd-panel">
          <Empty title="No campaign is like that">
            <Button variant="default" onClick={() => look({})}>
              Show all
            </Button>
          </Empty>
        </div>
      ) : (
        <CampaignTable
          {...{ rows, columns, fetchedMs, search }}
          onSort={(sort, dir) => look({ ...search, sort, dir })}
          onHold={setHeld}
        />
      )}
    </Page>
  );
}
