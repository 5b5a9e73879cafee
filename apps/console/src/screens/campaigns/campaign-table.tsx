import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useCallback, useRef, useState, type KeyboardEvent } from 'react';
import type { CampaignItem } from '../../api/generated/types.gen';
import { useNow } from '../../ui/now';
import type { ColumnId } from './column-ids';
import type { Column } from './columns';
import { defaultDirection } from './row';
import type { CampaignsSearch } from './search';
import { useRow, type Rows } from './use-rows';
import { useTrends } from './use-trends';

const ROW_HEIGHT = 38;
const OVERSCAN = 8;

interface Props {
  readonly rows: Rows;
  readonly columns: readonly Column[];
  readonly fetchedMs: number;
  readonly search: CampaignsSearch;
  readonly onSort: (sort: ColumnId, dir: 'asc' | 'desc') => void;
  readonly onHold: (held: boolean) => void;
}

/** Ten thousand rows of which those in sight exist. Each redraws itself when its campaign moves, the others do not. */
export function CampaignTable({ rows, columns, fetchedMs, search, onSort, onHold }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [selected, setSelected] = useState<string>();
  const virtual = useVirtualizer({
    count: rows.order.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (at) => rows.order[at] ?? at,
  });
  const inSight = virtual.getVirtualItems();
  const trends = useTrends(inSight.map(({ index }) => rows.order[index] ?? ''));
  const open = useCallback(
    (campaignId: string) => void navigate({ to: '/campaigns/$campaignId', params: { campaignId } }),
    [navigate],
  );
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter' && selected !== undefined) open(selected);
    if (step === undefined) return;
    event.preventDefault();
    const at = selected === undefined ? -1 : rows.order.indexOf(selected);
    const next = Math.max(0, Math.min(rows.order.length - 1, at + step));
    setSelected(rows.order[next]);
    virtual.scrollToIndex(next);
  };
  const template = columns.map(({ width }) => width).join(' ');
  return (
    <div
      ref={scroll}
      className="fd-panel fd-grid-scroll"
      role="table"
      aria-label="Campaigns"
      aria-rowcount={rows.order.length + 1}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onMouseEnter={() => onHold(true)}
      onMouseLeave={() => onHold(false)}
      onFocus={() => onHold(true)}
      onBlur={() => onHold(false)}
    >
      <div role="rowgroup" className="fd-grid-head">
        <div role="row" aria-rowindex={1} className="fd-grid-row" style={{ gridTemplateColumns: template }}>
          {columns.map((column) => (
            <Head key={column.id} column={column} search={search} onSort={onSort} />
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {inSight.map(({ index, key, start }) => {
          const id = rows.order[index] ?? '';
          const item = rows.items.get(id);
          if (item === undefined) return null;
          return (
            <TableRow
              key={key}
              {...{ item, columns, template, fetchedMs, start, open }}
              trend={trends.get(id)}
              at={index + 2}
              isSelected={id === selected}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowProps {
  readonly item: CampaignItem;
  readonly columns: readonly Column[];
  readonly template: string;
  readonly fetchedMs: number;
  readonly trend: readonly number[] | undefined;
  readonly start: number;
  readonly at: number;
  readonly isSelected: boolean;
  readonly open: (campaignId: string) => void;
}

const TableRow = memo(function TableRow(props: RowProps) {
  const { item, columns, template, fetchedMs, trend, start, at, isSelected, open } = props;
  const row = useRow(item, fetchedMs);
  const now = useNow();
  return (
    <div
      role="row"
      aria-rowindex={at}
      className="fd-grid-row fd-grid-body"
      data-selected={isSelected}
      data-campaign={item.campaignId}
      style={{ gridTemplateColumns: template, transform: `translateY(${start}px)`, height: ROW_HEIGHT }}
      onClick={() => open(item.campaignId)}
    >
      {columns.map((column) => (
        <div
          key={column.id}
          role="cell"
          data-column={column.id}
          className={column.isNumber ? 'fd-num' : undefined}
        >
          {column.cell(row, trend, now)}
        </div>
      ))}
    </div>
  );
});

function Head({
  column,
  search,
  onSort,
}: {
  readonly column: Column;
  readonly search: CampaignsSearch;
  readonly onSort: Props['onSort'];
}) {
  const isSorted = search.sort === column.id;
  const dir = isSorted ? (search.dir ?? defaultDirection(column.id)) : undefined;
  const next = dir === undefined ? defaultDirection(column.id) : dir === 'asc' ? 'desc' : 'asc';
  return (
    <div
      role="columnheader"
      data-column={column.id}
      className={column.isNumber ? 'fd-num' : undefined}
      aria-sort={dir === undefined ? 'none' : dir === 'asc' ? 'ascending' : 'descending'}
    >
      <button type="button" className="fd-sort" onClick={() => onSort(column.id, next)}>
        {column.label}
        <span aria-hidden="true">{dir === undefined ? '' : dir === 'asc' ? ' ↑' : ' ↓'}</span>
      </button>
    </div>
  );
}
