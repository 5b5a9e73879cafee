import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { HistoryItem } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { useMay } from '../../session/use-session';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import type { Asked } from '../../ui/states';
import { changeOf } from './change';

/** Everything that was done to a campaign or an advertiser, by whom and why; each line is an event of its stream in the ledger. */
export function HistoryPanel({
  stream,
  currency,
  history,
  zone,
}: {
  readonly stream: string;
  readonly currency: string;
  readonly history: Asked<{ readonly items: readonly HistoryItem[] }>;
  readonly zone?: string;
}) {
  const mayLook = useMay('audit:read');
  const columns = useMemo(
    () => columnsOf(stream, currency, zone, mayLook),
    [stream, currency, zone, mayLook],
  );
  return (
    <TablePanel
      title="History"
      of={history}
      rows={({ items }) => items}
      columns={columns}
      rowKey={({ revision }) => String(revision)}
      empty={{ title: 'Nothing was done to it yet' }}
      maxHeight={320}
    />
  );
}

function columnsOf(
  stream: string,
  currency: string,
  zone: string | undefined,
  mayLook: boolean,
): readonly TableColumn<HistoryItem>[] {
  return [
    {
      id: 'at',
      label: 'When',
      cell: ({ at }) => <span className="fd-nowrap">{moment(at, zone, true)}</span>,
    },
    { id: 'type', label: 'What', cell: ({ type }) => sentenceOf(type) },
    { id: 'change', label: 'From → to', cell: (item) => changeOf(item, currency) },
    { id: 'actor', label: 'Who', cell: ({ actor }) => actor },
    { id: 'reason', label: 'Why', cell: ({ reason }) => reason ?? '' },
    {
      ...{ id: 'ledger', label: 'Ledger', kind: 'mono' as const },
      cell: ({ revision }) =>
        mayLook ? (
          <Link to="/audit/ledger" search={{ stream, revision }}>
            {stream}@{revision}
          </Link>
        ) : (
          `${stream}@${revision}`
        ),
    },
  ];
}
