import { Button, Modal } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Lineage } from '../../api/generated/types.gen';
import { nanoMoney } from '../../format/nanos';
import { count } from '../../format/number';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { Chip } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { DataTable, type TableColumn } from '../../ui/table/data-table';
import { isSame, sumOf } from './added';
import { useLineage, type Figure } from './use-lineage';

/** A figure that somebody wants to see the events of. */
export interface Behind {
  readonly figure: Figure;
  /** What it is, as in "Spent today". */
  readonly name: string;
  /** Net, as the screen showed it when it was asked about; undefined when it showed none. */
  readonly shown: { readonly micros: number; readonly nanos: number } | undefined;
}

interface BehindProps {
  readonly campaignId: string;
  readonly currency: string | null;
  readonly zone: string;
  readonly behind: Behind;
  readonly onClose: () => void;
}

/** The ledger's events behind a figure: exactly those, added again. */
export function BehindDialog({ campaignId, currency, zone, behind, onClose }: BehindProps) {
  const lineage = useLineage(campaignId, behind.figure);
  const pages = lineage.data?.pages;
  const last = pages?.at(-1);
  const events = useMemo(() => pages?.flatMap((page) => page.events) ?? [], [pages]);
  const columns = useMemo(() => columnsOf(currency, zone), [currency, zone]);
  return (
    <Modal opened onClose={onClose} size="xl" title={`Events behind: ${behind.name}`}>
      <Await of={{ data: last, error: lineage.error, refetch: lineage.refetch }} what="events">
        {(told) => (
          <>
            <Sums told={told} events={events} behind={behind} currency={currency} />
            {events.length === 0 ? (
              <Empty title="No event is behind it" />
            ) : (
              <DataTable
                label="Events behind the figure"
                rows={events}
                columns={columns}
                rowKey={({ revision }) => String(revision)}
                maxHeight={380}
              />
            )}
            {told.next !== null && (
              <div className="fd-pager">
                <Button
                  variant="default"
                  loading={lineage.isFetchingNextPage}
                  onClick={() => void lineage.fetchNextPage()}
                >
                  More
                </Button>
                <span className="fd-dim">
                  {count(events.length)} of {count(told.added.events)} events
                </span>
              </div>
            )}
          </>
        )}
      </Await>
    </Modal>
  );
}

type Event = Lineage['events'][number];

/** Three sums that must be the same: what is served, what the server adds again, and, once all are here, what this browser adds. */
function Sums({
  told,
  events,
  behind: { shown },
  currency,
}: {
  readonly told: Lineage;
  readonly events: readonly Event[];
  readonly behind: Behind;
  readonly currency: string | null;
}) {
  const own = told.next === null ? sumOf(events.map(({ net }) => net)) : undefined;
  const isEqual = told.agrees && (own === undefined || isSame(own, told.shown.net));
  const hasMoved = shown !== undefined && !isSame(shown, told.shown.net);
  const { impressions, views, clicks, conversions, givt, sivt } = told.added;
  return (
    <>
      <p role="status" style={{ margin: '0 0 6px' }}>
        <Chip tone={isEqual ? 'good' : 'bad'}>{isEqual ? 'adds up' : 'does not add up'}</Chip>{' '}
        {count(told.added.events)} events between{' '}
        <span className="fd-mono">
          {told.range.stream}@{told.range.fromRevision}
        </span>{' '}
        and <span className="fd-mono">{told.range.toRevision}</span>.
        {hasMoved && ' Events have come since you asked: the figure is the newer one.'}
      </p>
      <dl className="fd-sums">
        <dt>The figure, net</dt>
        <dd>{nanoMoney(told.shown.net, currency)}</dd>
        <dt>Its events, added again</dt>
        <dd>{nanoMoney(told.added.net, currency)}</dd>
        <dt>Added in this browser</dt>
        <dd>
          {own === undefined ? `when all ${count(told.added.events)} are listed` : nanoMoney(own, currency)}
        </dd>
        <dt>What they are</dt>
        <dd>
          {count(impressions)} impressions, {count(views)} views, {count(clicks)} clicks, {count(conversions)}{' '}
          conversions; {count(givt + sivt)} invalid
        </dd>
      </dl>
    </>
  );
}

function columnsOf(currency: string | null, zone: string): readonly TableColumn<Event>[] {
  return [
    {
      ...{ id: 'ledger', label: 'Ledger', kind: 'head' as const },
      cell: ({ stream, revision }) => (
        <Link to="/audit/ledger" search={{ stream, revision }}>
          {stream}@{revision}
        </Link>
      ),
    },
    { id: 'type', label: 'Type', cell: ({ type }) => sentenceOf(type) },
    {
      ...{ id: 'occurred', label: 'Occurred' },
      cell: ({ occurredAt }) => <span className="fd-nowrap">{moment(occurredAt, zone, true)}</span>,
    },
    { id: 'gross', label: 'Gross', kind: 'number', cell: ({ gross }) => nanoMoney(gross, currency) },
    {
      ...{ id: 'net', label: 'Net', kind: 'number' as const },
      value: ({ net }) => net.micros,
      cell: ({ net }) => nanoMoney(net, currency),
    },
  ];
}
