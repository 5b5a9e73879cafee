import type { RowData } from '@tanstack/react-table';
import type { ReactNode } from 'react';
import { Panel } from '../page';
import { Await, Empty, type Asked } from '../states';
import { DataTable, type DataTableProps } from './data-table';

interface TablePanelProps<Data, Row extends RowData> extends Omit<DataTableProps<Row>, 'rows' | 'label'> {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Where the rows come from; loading and failure are shown in its place. */
  readonly of: Asked<Data>;
  /** What is loaded, as in "Loading partitions…"; the title in small letters unless given. */
  readonly what?: string;
  readonly rows: (data: Data) => readonly Row[];
  /** What stands there when there are none. */
  readonly empty: { readonly title: string; readonly why?: ReactNode };
  /** Above the table, below the header: filters, a sum. */
  readonly above?: ReactNode;
  /** Below the table: pages, refusals. */
  readonly children?: ReactNode;
}

/** A panel that is a table: its loading, its emptiness, its failure and its rows. */
export function TablePanel<Data, Row extends RowData>(props: TablePanelProps<Data, Row>) {
  const { title, actions, of, what, rows, empty, above, children, ...table } = props;
  return (
    <Panel title={title} flush actions={actions}>
      {above}
      <Await of={of} what={what ?? title.toLowerCase()}>
        {(data) => {
          const shown = rows(data);
          return shown.length === 0 ? (
            <Empty title={empty.title}>{empty.why !== undefined && <p>{empty.why}</p>}</Empty>
          ) : (
            <DataTable {...table} label={title} rows={shown} />
          );
        }}
      </Await>
      {children}
    </Panel>
  );
}
