import { Switch } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { System } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { useMay } from '../../session/use-session';
import { Chip } from '../../ui/page';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import type { useSystem } from './use-system';

type Partition = System['partitions'][number];

/** Every partition: how far its ledger has come, and how far what is shown. */
export function Partitions({ system }: { readonly system: ReturnType<typeof useSystem> }) {
  const [isAll, setAll] = useState(false);
  const mayLook = useMay('audit:read');
  const columns = useMemo(() => partitionColumns(mayLook), [mayLook]);
  return (
    <TablePanel
      title="Partitions"
      of={system}
      rows={({ partitions }) =>
        isAll ? partitions : partitions.filter((one) => one.headRevision >= 0 || one.quarantined > 0)
      }
      columns={columns}
      rowKey={({ stream }) => stream}
      maxHeight={420}
      empty={{ title: 'No partition has an event yet' }}
      actions={
        <Switch
          label="Empty ones too"
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      }
    />
  );
}

/** A stream without an event has none. */
function revision(value: number): string {
  return value < 0 ? '–' : count(value);
}

const counted = (
  id: 'accepted' | 'late' | 'unregistered' | 'quarantined',
  label: string,
): TableColumn<Partition> => ({
  ...{ id, label, kind: 'number' },
  value: (one) => one[id],
  cell: (one) => count(one[id]),
});

function partitionColumns(mayLook: boolean): readonly TableColumn<Partition>[] {
  return [
    {
      ...{ id: 'stream', label: 'Stream', kind: 'head' as const },
      value: ({ stream }) => stream,
      cell: ({ stream }) =>
        mayLook ? (
          <Link to="/audit/ledger" search={{ stream }} className="fd-mono">
            {stream}
          </Link>
        ) : (
          <span className="fd-mono">{stream}</span>
        ),
    },
    {
      ...{ id: 'head', label: 'Head', kind: 'number' as const },
      value: (one) => one.headRevision,
      cell: (one) => revision(one.headRevision),
    },
    {
      ...{ id: 'folded', label: 'Folded', kind: 'number' as const },
      value: (one) => one.projectedRevision,
      cell: (one) => revision(one.projectedRevision),
    },
    {
      ...{ id: 'lag', label: 'Lag' },
      value: (one) => one.lagEvents,
      cell: (one) => (
        <Chip tone={one.lagEvents === 0 ? 'good' : 'warn'}>
          {one.lagEvents === 0 ? 'none' : `${count(one.lagEvents)} events`}
        </Chip>
      ),
    },
    ...[counted('accepted', 'Accepted'), counted('late', 'Late')],
    ...[counted('unregistered', 'Unregistered'), counted('quarantined', 'Quarantined')],
  ];
}
