import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { answer } from '../../api/client';
import { advertisersControllerCampaigns } from '../../api/generated/sdk.gen';
import type { Advertiser, TreeCampaign } from '../../api/generated/types.gen';
import { money } from '../../format/money';
import { count, percent } from '../../format/number';
import { Bar } from '../../ui/bar';
import { Chip, Page, Tile } from '../../ui/page';
import { Await } from '../../ui/states';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { useMay } from '../../session/use-session';
import { HistoryPanel } from '../campaign/history-panel';
import { ChangeAdvertiser } from './change-advertiser';
import { REFRESH_MS, useAdvertiser, useAdvertiserHistory } from './use-advertiser';

const route = getRouteApi('/advertisers/$advertiserId');
const PAGE = 100;
const LEVELS = { advertiser: 'its advertiser', campaign: 'its own', adGroup: 'its ad groups' } as const;

/** An advertiser: its budget, and its campaigns with what each has spent and which level's cap binds it. */
export function AdvertiserScreen() {
  const { advertiserId } = route.useParams();
  const advertiser = useAdvertiser(advertiserId);
  const [isChanging, setChanging] = useState(false);
  const mayChange = useMay('campaigns:write');
  const campaigns = useInfiniteQuery({
    queryKey: ['advertiser', advertiserId, 'campaigns'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      answer(
        advertisersControllerCampaigns({
          path: { advertiserId },
          query: { limit: PAGE, ...(pageParam === '' ? {} : { cursor: pageParam }) },
          signal,
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page
      title={`Advertiser ${advertiserId}`}
      beside={<Link to="/advertisers">Advertisers</Link>}
      actions={
        mayChange &&
        advertiser.data !== undefined && (
          <Button variant="default" onClick={() => setChanging(true)}>
            {advertiser.data.budget === null ? 'Give a budget' : 'Change budget'}
          </Button>
        )
      }
    >
      <Await of={advertiser} what="advertiser">
        {(told) => (
          <>
            <Totals advertiser={told} />
            {isChanging && <ChangeAdvertiser advertiser={told} onClose={() => setChanging(false)} />}
          </>
        )}
      </Await>
      <TablePanel
        title="Its campaigns"
        of={campaigns}
        what="campaigns"
        rows={({ pages }) => pages.flatMap(({ items }) => items)}
        columns={COLUMNS}
        rowKey={({ campaignId }) => campaignId}
        empty={{ title: 'No campaign is of this advertiser' }}
      >
        {campaigns.hasNextPage && (
          <Button
            variant="default"
            loading={campaigns.isFetchingNextPage}
            onClick={() => void campaigns.fetchNextPage()}
          >
            More campaigns
          </Button>
        )}
      </TablePanel>
      <HistoryPanel
        stream={`advertiser-${advertiserId}`}
        currency={advertiser.data?.currency ?? ''}
        history={useAdvertiserHistory(advertiserId)}
      />
    </Page>
  );
}

function Totals({ advertiser }: { readonly advertiser: Advertiser }) {
  const { currency, budget, spend, remainingTodayMicros, remainingMicros, utilization } = advertiser;
  return (
    <dl className="fd-tiles" style={{ margin: 0 }}>
      <Tile label="Campaigns" note={leftOutNote(advertiser)}>
        {count(advertiser.campaigns)}
      </Tile>
      <Tile label="Spent together today" note={capNote(budget?.dailyMicros, currency)}>
        {money(spend?.todayMicros, currency)}
      </Tile>
      <Tile label="Left today" note={advertiser.day}>
        {money(remainingTodayMicros, currency)}
      </Tile>
      <Tile label="Spent together in all" note={capNote(budget?.lifetimeMicros, currency)}>
        {money(spend?.lifetimeMicros, currency)}
      </Tile>
      <Tile label="Left in all">{money(remainingMicros, currency)}</Tile>
      <Tile
        label="Used"
        note={utilization !== null && <Bar share={utilization} tone={utilization >= 1 ? 'bad' : 'none'} />}
      >
        {percent(utilization)}
      </Tile>
    </dl>
  );
}

function capNote(micros: number | undefined, currency: string | null): string {
  return micros === undefined ? 'no cap' : `of ${money(micros, currency)}`;
}

function leftOutNote({ budget, leftOut }: Advertiser): string {
  if (budget === null) return 'no budget of its own';
  return leftOut === 0 ? 'all held by its budget' : `${count(leftOut)} in another currency, not held`;
}

const COLUMNS: readonly TableColumn<TreeCampaign>[] = [
  {
    ...{ id: 'name', label: 'Campaign', kind: 'head' as const },
    cell: ({ campaignId, name }) => (
      <Link to="/campaigns/$campaignId" params={{ campaignId }}>
        {name}
      </Link>
    ),
  },
  {
    ...{ id: 'status', label: 'Status' },
    cell: ({ status }) => <Chip tone={status === 'active' ? 'good' : 'warn'}>{status}</Chip>,
  },
  {
    ...{ id: 'today', label: 'Spent today', kind: 'number' as const },
    cell: ({ spend, currency }) => money(spend.todayMicros, currency),
  },
  {
    ...{ id: 'daily', label: 'Budget a day', kind: 'number' as const },
    cell: ({ budget, currency }) => money(budget.dailyMicros, currency),
  },
  {
    ...{ id: 'left', label: 'May still spend today', kind: 'number' as const },
    cell: ({ cap, currency }) => money(cap?.remainingTodayMicros, currency),
  },
  { id: 'binds', label: 'Held by', cell: ({ cap }) => (cap === null ? 'nothing' : LEVELS[cap.level]) },
  {
    ...{ id: 'groups', label: 'Ad groups', kind: 'number' as const },
    cell: ({ adGroups }) => count(adGroups.length),
  },
];
