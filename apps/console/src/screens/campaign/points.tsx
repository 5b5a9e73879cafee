import { useState } from 'react';
import type { MetricPoint } from '../../api/generated/types.gen';
import { exactMoney } from '../../format/money';
import { count, percent } from '../../format/number';
import { clock } from '../../format/time';
import type { Span } from '../../ui/chart/shown';
import { DataTable, type TableColumn } from '../../ui/table/data-table';

const TABLE_HEIGHT = 260;

/** The chart as a table. A day of minutes is a long one: it is made for who looks at it. */
export function Points({
  points,
  columns,
  zoom,
  zone,
}: {
  readonly points: readonly MetricPoint[];
  readonly columns: readonly TableColumn<MetricPoint>[];
  readonly zoom: Span | undefined;
  readonly zone: string;
}) {
  const [isOpened, setOpened] = useState(false);
  const isOpen = isOpened || zoom !== undefined;
  return (
    <details
      open={isOpen}
      style={{ marginTop: 8 }}
      onToggle={(event) => zoom === undefined && setOpened(event.currentTarget.open)}
    >
      <summary>
        {zoom === undefined
          ? `As a table, ${count(points.length)} points`
          : `${clock(zoom.fromMs, zone)} to ${clock(zoom.toMs, zone)}, ${count(points.length)} points`}
      </summary>
      {isOpen && (
        <DataTable
          label="Points of the chart"
          rows={points}
          columns={columns}
          rowKey={({ start }) => start}
          maxHeight={TABLE_HEIGHT}
        />
      )}
    </details>
  );
}

/** What is told of each point; the events behind it for who may see them. */
export function columnsOf(
  currency: string,
  zone: string,
  onOpen: ((point: MetricPoint) => void) | undefined,
): readonly TableColumn<MetricPoint>[] {
  return [
    {
      id: 'start',
      label: 'From',
      kind: 'head',
      value: ({ start }) => start,
      cell: ({ start }) => clock(start, zone),
    },
    ...(['impressions', 'views', 'clicks', 'conversions'] as const).map((name): TableColumn<MetricPoint> => ({
      ...{ id: name, label: name.charAt(0).toUpperCase() + name.slice(1), kind: 'number' },
      value: (point) => point[name],
      cell: (point) => count(point[name]),
    })),
    {
      id: 'ctr',
      label: 'CTR',
      kind: 'number',
      value: ({ rates }) => rates.ctr,
      cell: ({ rates }) => percent(rates.ctr, 2),
    },
    {
      ...{ id: 'spend', label: 'Spend', kind: 'number' as const },
      value: ({ spend }) => spend.net.micros,
      cell: ({ spend }) => exactMoney(spend.net.micros, currency),
    },
    {
      ...{ id: 'ledger', label: 'Ledger', kind: 'mono' as const },
      cell: ({ range }) => `${range.stream}@${range.fromRevision}…${range.toRevision}`,
    },
    ...(onOpen === undefined
      ? []
      : [
          {
            ...{ id: 'behind', label: 'Events behind', kind: 'act' as const },
            cell: (point: MetricPoint) => (
              <button type="button" className="fd-behind" onClick={() => onOpen(point)}>
                events
              </button>
            ),
          },
        ]),
  ];
}
