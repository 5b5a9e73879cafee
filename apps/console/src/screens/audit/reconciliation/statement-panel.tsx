import { Button } from '@mantine/core';
import { useMemo } from 'react';
import type { Reconciliation } from '../../../api/generated/types.gen';
import { saveAs } from '../../../files/csv';
import { money } from '../../../format/money';
import { nanoMoney } from '../../../format/nanos';
import { count } from '../../../format/number';
import { Icon } from '../../../ui/icons';
import { Chip, Panel } from '../../../ui/page';
import { Await, Empty } from '../../../ui/states';
import { DataTable, type TableColumn } from '../../../ui/table/data-table';
import { addsUp, reportCsv, statementOf, type StatementLine } from './figures';
import { useReconciliation, type Period } from './use-reconciliation';

type Day = Reconciliation['days'][number];

/** A period added up from the ledger alone: from gross to net, and day by day. */
export function StatementPanel({ period }: { readonly period: Period }) {
  const reconciliation = useReconciliation(period);
  const { campaignId, from, to } = period;
  return (
    <Panel
      title="Added up from the ledger"
      actions={
        reconciliation.data !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<Icon name="download" size={12} />}
            onClick={() =>
              saveAs(`${campaignId}-${from}-${to}.csv`, reportCsv(reconciliation.data), 'text/csv')
            }
          >
            Days as CSV
          </Button>
        )
      }
    >
      <Await of={reconciliation} what="period">
        {(told) => <Statement told={told} />}
      </Await>
    </Panel>
  );
}

function Statement({ told }: { readonly told: Reconciliation }) {
  const { figures, currency, closed, digest, range, days } = told;
  const lines = useMemo(() => lineColumns(currency), [currency]);
  const dayColumns = useMemo(() => columnsOfDays(currency), [currency]);
  const isSound = addsUp(figures);
  return (
    <>
      <p style={{ margin: '0 0 8px' }}>
        <Chip tone={closed ? 'accent' : 'none'}>{closed ? 'closed' : 'open'}</Chip>{' '}
        <Chip tone={isSound ? 'good' : 'bad'}>{isSound ? 'adds up' : 'does not add up'}</Chip>{' '}
        {count(figures.events)} events up to{' '}
        <span className="fd-mono">
          {range.stream}@{range.toRevision}
        </span>
        , digest <span className="fd-mono fd-long">{digest}</span>
      </p>
      <DataTable
        label="Statement"
        rows={statementOf(figures)}
        columns={lines}
        rowKey={({ name }) => name}
        isCards={false}
      />
      {days.length === 0 ? (
        <Empty title="Nothing happened in these days" />
      ) : (
        <DataTable
          label="Day by day"
          rows={days}
          columns={dayColumns}
          rowKey={({ day }) => day}
          maxHeight={360}
        />
      )}
    </>
  );
}

function lineColumns(currency: string | null): readonly TableColumn<StatementLine>[] {
  return [
    {
      ...{ id: 'name', label: 'Line', kind: 'head' as const },
      cell: ({ name, part, meaning }) => (
        <>
          {`${part === -1 ? '− ' : part === 'net' ? '= ' : ''}${name} `}
          <span className="fd-dim fd-meaning">{meaning}</span>
        </>
      ),
    },
    {
      id: 'events',
      label: 'Events',
      kind: 'number',
      cell: ({ events }) => (events === null ? '' : count(events)),
    },
    {
      ...{ id: 'amount', label: 'Amount', kind: 'number' as const },
      cell: ({ amount, part }) =>
        amount === null ? (
          ''
        ) : part === 'net' ? (
          <strong>{nanoMoney(amount, currency)}</strong>
        ) : (
          nanoMoney(amount, currency)
        ),
    },
  ];
}

function columnsOfDays(currency: string | null): readonly TableColumn<Day>[] {
  const amount = (
    id: string,
    label: string,
    of: (day: Day) => { readonly micros: number; readonly nanos: number },
  ): TableColumn<Day> => ({
    ...{ id, label, kind: 'number' },
    value: (day) => of(day).micros,
    cell: (day) => <span title={nanoMoney(of(day), currency)}>{money(of(day).micros, currency)}</span>,
  });
  return [
    { id: 'day', label: 'Day', kind: 'head', value: ({ day }) => day, cell: ({ day }) => day },
    amount('gross', 'Gross', ({ figures }) => figures.gross),
    amount('general', 'GIVT', ({ figures }) => figures.general.amount),
    amount('sophisticated', 'SIVT', ({ figures }) => figures.sophisticated.amount),
    amount('adjustments', 'Adjustments', ({ figures }) => figures.adjustments.amount),
    amount('net', 'Net', ({ figures }) => figures.net),
    {
      ...{ id: 'late', label: 'Late in / out', kind: 'number' as const },
      cell: ({ figures }) => `${count(figures.lateIn.events)} / ${count(figures.lateOut.events)}`,
    },
    {
      ...{ id: 'quarantined', label: 'Quarantined', kind: 'number' as const },
      cell: ({ figures }) => count(Object.values(figures.quarantined).reduce((sum, n) => sum + n, 0)),
    },
    {
      id: 'impressions',
      label: 'Impressions',
      kind: 'number',
      cell: ({ figures }) => count(figures.impressions),
    },
    { id: 'clicks', label: 'Clicks', kind: 'number', cell: ({ figures }) => count(figures.clicks) },
    {
      id: 'conversions',
      label: 'Conversions',
      kind: 'number',
      cell: ({ figures }) => count(figures.conversions),
    },
  ];
}
