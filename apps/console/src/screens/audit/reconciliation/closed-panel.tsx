import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ClosedPeriod } from '../../../api/generated/types.gen';
import { nanoMoney } from '../../../format/nanos';
import { moment } from '../../../format/time';
import { useMay } from '../../../session/use-session';
import { Confirm } from '../../../ui/confirm';
import { Chip } from '../../../ui/page';
import type { TableColumn } from '../../../ui/table/data-table';
import { TablePanel } from '../../../ui/table/table-panel';
import { useClosePeriod, useClosedPeriods, type Period } from './use-reconciliation';

const COLUMNS: readonly TableColumn<ClosedPeriod>[] = [
  { id: 'days', label: 'Days', kind: 'head', cell: ({ from, to }) => `${from} to ${to}` },
  {
    ...{ id: 'holds', label: 'Still holds' },
    cell: ({ holds }) => (
      <Chip tone={holds === true ? 'good' : holds === false ? 'bad' : 'none'}>
        {holds === true ? 'holds' : holds === false ? 'does not hold' : 'not asked'}
      </Chip>
    ),
  },
  {
    ...{ id: 'net', label: 'Net', kind: 'number' as const },
    cell: ({ figures }) => nanoMoney(figures.net, null),
  },
  {
    ...{ id: 'closed', label: 'Closed' },
    cell: ({ closedAt, closedBy }) => (
      <span>
        {moment(closedAt, undefined, true)} <span className="fd-dim">{closedBy}</span>
      </span>
    ),
  },
  { id: 'digest', label: 'Digest', kind: 'mono', isLong: true, cell: ({ digest }) => digest },
];

/** Closed periods, each added up again; and the way to close one. */
export function ClosedPanel({ period }: { readonly period: Period }) {
  const { campaignId, from, to } = period;
  const closed = useClosedPeriods(campaignId);
  const close = useClosePeriod(period);
  const mayClose = useMay('periods:close');
  const [isAsking, setAsking] = useState(false);
  return (
    <TablePanel
      title="Closed periods"
      of={closed}
      rows={({ items }) => items}
      columns={COLUMNS}
      rowKey={({ revision }) => String(revision)}
      empty={{
        title: 'No period is closed yet',
        why: 'A close is an event of the ledger with the figures and their digest. What comes after it is booked as an adjustment on its own day.',
      }}
      actions={
        mayClose && (
          <Button size="compact-sm" variant="default" onClick={() => setAsking(true)}>
            Close {from} to {to}
          </Button>
        )
      }
    >
      {isAsking && (
        <Confirm
          title={`Close ${from} to ${to}`}
          label="Close the period"
          isPending={close.isPending}
          error={close.error}
          onConfirm={() => close.mutate(undefined, { onSuccess: () => setAsking(false) })}
          onClose={() => setAsking(false)}
        >
          <p>
            The figures of {campaignId} for these days are written to the ledger with their digest. They stay
            as they are: late events and corrections are booked on the day they come. It cannot be undone.
          </p>
        </Confirm>
      )}
    </TablePanel>
  );
}
