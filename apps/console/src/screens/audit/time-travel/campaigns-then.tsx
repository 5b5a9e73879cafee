import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { CampaignAsOf, CampaignItem } from '../../../api/generated/types.gen';
import { asProblem } from '../../../api/problem';
import { money } from '../../../format/money';
import { count } from '../../../format/number';
import { PacingMark } from '../../../ui/pacing-mark';
import { Chip } from '../../../ui/page';
import type { TableColumn } from '../../../ui/table/data-table';
import { TablePanel } from '../../../ui/table/table-panel';
import { useManyAsOf } from './use-time';

/** Each is a look through its partition's history: so many at first, and so many more when asked. */
const SHOWN_FIRST = 6;
const SHOWN_MORE = 10;

interface Row {
  readonly campaignId: string;
  readonly name: string;
  readonly told: CampaignAsOf | undefined;
  readonly why: string | undefined;
}

/** The campaigns at a moment, one row each, read one after the other. */
export function CampaignsThen({
  campaigns,
  asOf,
  isTurn,
  title,
  selected,
  onOpen,
}: {
  readonly campaigns: readonly CampaignItem[];
  readonly asOf: string;
  /** Few look through history at once: these come after the campaign that is looked at. */
  readonly isTurn: boolean;
  readonly title: string;
  readonly selected: string;
  readonly onOpen: (campaignId: string) => void;
}) {
  const [shown, setShown] = useState(SHOWN_FIRST);
  const some = campaigns.slice(0, shown);
  const asked = useManyAsOf(
    some.map(({ campaignId }) => campaignId),
    asOf,
    isTurn,
  );
  const rows = some.map(({ campaignId, name }, at): Row => {
    const query = asked[at];
    const why = query?.error == null ? undefined : asProblem(query.error, 0).title;
    return { campaignId, name, told: query?.data, why };
  });
  const columns = useMemo(() => columnsOf(onOpen), [onOpen]);
  return (
    <TablePanel
      title={title}
      what="campaigns"
      of={{ data: rows, error: null, refetch: () => undefined }}
      rows={(told) => told}
      columns={columns}
      rowKey={({ campaignId }) => campaignId}
      isSelected={({ campaignId }) => campaignId === selected}
      empty={{ title: 'No campaign is registered yet' }}
    >
      {campaigns.length > shown && (
        <div className="fd-pager">
          <Button variant="default" onClick={() => setShown(shown + SHOWN_MORE)}>
            More
          </Button>
          <span className="fd-dim">
            {count(shown)} of {count(campaigns.length)}
          </span>
        </div>
      )}
    </TablePanel>
  );
}

function columnsOf(onOpen: (campaignId: string) => void): readonly TableColumn<Row>[] {
  const amount = (of: (told: CampaignAsOf) => number | null | undefined) => (row: Row) =>
    row.told === undefined ? (
      <span className="fd-dim">{row.why ?? '…'}</span>
    ) : (
      money(of(row.told), row.told.knownThen.pacing.currency ?? row.told.knownNow.pacing.currency)
    );
  return [
    {
      ...{ id: 'name', label: 'Campaign', kind: 'head' as const },
      cell: ({ campaignId, name, told }) => (
        <button type="button" className="fd-link" onClick={() => onOpen(campaignId)}>
          {told?.campaign?.name ?? name}
        </button>
      ),
    },
    {
      ...{ id: 'status', label: 'Status then' },
      cell: ({ told }) =>
        told !== undefined && (
          <Chip tone={told.campaign?.status === 'active' ? 'good' : 'none'}>
            {told.campaign?.status ?? 'not registered'}
          </Chip>
        ),
    },
    {
      ...{ id: 'budget', label: 'Budget then', kind: 'number' as const },
      cell: amount(({ knownThen }) => knownThen.pacing.budget?.todayMicros),
    },
    {
      ...{ id: 'then', label: 'Spent, known then', kind: 'number' as const },
      cell: amount(({ knownThen }) => knownThen.pacing.spend.todayMicros),
    },
    {
      ...{ id: 'now', label: 'Spent, known now', kind: 'number' as const },
      cell: amount(({ knownNow }) => knownNow.pacing.spend.todayMicros),
    },
    {
      ...{ id: 'pacing', label: 'Pacing then' },
      cell: ({ told }) => told !== undefined && <PacingMark value={told.knownThen.pacing.pacingIndex} />,
    },
  ];
}
