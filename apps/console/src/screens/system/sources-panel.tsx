import { useMemo } from 'react';
import type { System } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { ago, moment } from '../../format/time';
import { useNow } from '../../ui/now';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import type { useSystem } from './use-system';

type Source = System['sources'][number];

/** Where events come from, and until when each is complete. */
export function Sources({ system }: { readonly system: ReturnType<typeof useSystem> }) {
  const nowMs = useNow();
  const columns = useMemo((): readonly TableColumn<Source>[] => sourceColumns(nowMs), [nowMs]);
  return (
    <TablePanel
      title="Sources"
      of={system}
      rows={({ sources }) => sources}
      columns={columns}
      rowKey={({ source }) => source}
      isCards={false}
      empty={{ title: 'Nothing was received yet', why: 'POST /v1/events, or an import, is a source.' }}
    />
  );
}

function sourceColumns(nowMs: number): readonly TableColumn<Source>[] {
  return [
    { id: 'source', label: 'Source', kind: 'head', cell: ({ source }) => source },
    { id: 'events', label: 'Events', kind: 'number', cell: ({ events }) => count(events) },
    { id: 'watermark', label: 'Complete until', cell: ({ watermark }) => moment(watermark) },
    {
      ...{ id: 'heard', label: 'Last heard of' },
      cell: ({ lastReceivedAt }) => (lastReceivedAt === null ? 'never' : `${ago(lastReceivedAt, nowMs)} ago`),
    },
  ];
}
