import './table.css';
import {
  createSortedRowModel,
  rowSortingFeature,
  sortFn_basic,
  tableFeatures,
  useTable,
  type ColumnDef,
  type RowData,
} from '@tanstack/react-table';
import { useMemo, type ReactNode } from 'react';
import { walkRows } from './walk-rows';

/** A column of a table. */
export interface TableColumn<Row> {
  readonly id: string;
  /** Its heading; also stands before the value where rows are cards. */
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** What it sorts by; without it, it does not. */
  readonly value?: (row: Row) => string | number | null;
  /** `head` names the row, `number` stands on the right, `mono` is for ids, `act` holds buttons and has no heading to see. */
  readonly kind?: 'head' | 'number' | 'mono' | 'act';
  /** Text of it may be long: it wraps anywhere. */
  readonly isLong?: boolean;
  /** It takes the room that is left, in one line. */
  readonly isRest?: boolean;
}

export interface DataTableProps<Row extends RowData> {
  /** What it is a table of, for those who hear it. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** The same array each time, or every row is drawn again. */
  readonly columns: readonly TableColumn<Row>[];
  readonly rowKey: (row: Row) => string;
  /** Pixels after which it scrolls. */
  readonly maxHeight?: number;
  /** On a phone each row is a card; false for few narrow columns, which fit. */
  readonly isCards?: boolean;
  readonly isSelected?: (row: Row) => boolean;
}

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});

/**
 * Rows in columns. Headings sort; `j` and `k` go from one row's first button or link to the next; on a phone rows are cards. Roles are
 * said once more, for a row that is shown as a block would lose its own.
 */
export function DataTable<Row extends RowData>(props: DataTableProps<Row>) {
  const { label, rows, columns, rowKey, maxHeight, isCards = true, isSelected } = props;
  const byId = useMemo(() => new Map(columns.map((column) => [column.id, column])), [columns]);
  const definitions = useMemo(() => columns.map(definitionOf), [columns]);
  const table = useTable({
    ...{ features, columns: definitions, data: rows, getRowId: rowKey, enableSortingRemoval: true },
  });
  return (
    <div
      className="fd-scroll"
      role="region"
      aria-label={label}
      tabIndex={0}
      style={maxHeight === undefined ? undefined : { maxHeight }}
      onKeyDown={(event) => walkRows(event.currentTarget, event)}
    >
      <table className={isCards ? 'fd-table fd-cards' : 'fd-table'} role="table" aria-label={label}>
        <thead role="rowgroup">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} role="row">
              {group.headers.map(({ id, column }) => {
                const shown = byId.get(id);
                const sorted = column.getIsSorted();
                return (
                  <th
                    key={id}
                    role="columnheader"
                    scope="col"
                    className={shown?.kind === 'number' ? 'fd-num' : undefined}
                    aria-sort={
                      !column.getCanSort()
                        ? undefined
                        : sorted === false
                          ? 'none'
                          : sorted === 'asc'
                            ? 'ascending'
                            : 'descending'
                    }
                  >
                    {!column.getCanSort() ? (
                      <span className={shown?.kind === 'act' ? 'fd-hidden' : undefined}>{shown?.label}</span>
                    ) : (
                      <button type="button" className="fd-sort" onClick={column.getToggleSortingHandler()}>
                        {shown?.label}
                        <span aria-hidden="true">
                          {sorted === false ? '' : sorted === 'asc' ? ' ↑' : ' ↓'}
                        </span>
                      </button>
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody role="rowgroup">
          {table.getRowModel().rows.map((row) => (
            <tr key={row.id} role="row" data-row={row.id} data-selected={isSelected?.(row.original)}>
              {columns.map((column) => (
                <Cell key={column.id} column={column} row={row.original} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { readonly column: TableColumn<Row>; readonly row: Row }) {
  const { id, label, kind, isLong, isRest, cell } = column;
  const content = cell(row);
  const classes = [
    kind === 'number' ? 'fd-num' : kind === 'mono' ? 'fd-mono' : kind === 'act' ? 'fd-act' : '',
    isLong === true ? 'fd-long' : '',
    isRest === true ? 'fd-rest' : '',
  ].join(' ');
  const shared = { 'data-label': label, 'data-column': id, className: classes.trim() || undefined };
  return kind === 'head' ? (
    <th scope="row" role="rowheader" {...shared}>
      {content}
    </th>
  ) : (
    <td role="cell" {...shared}>
      {content}
    </td>
  );
}

function definitionOf<Row extends RowData>({ id, value }: TableColumn<Row>): ColumnDef<typeof features, Row> {
  return value === undefined
    ? { id, enableSorting: false }
    : { id, accessorFn: value, sortFn: 'basic', sortUndefined: 'last' };
}
