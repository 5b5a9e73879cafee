import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Comparison } from '../../api/generated/types.gen';
import { count } from '../../format/number';
import { Chip } from '../../ui/page';
import { DataTable, type TableColumn } from '../../ui/table/data-table';

type Difference = Comparison['differences'][number];

/** What became of holding rows that were folded again against those that serve. */
export function Compared({
  comparison,
  replayedAs = 'Replayed',
}: {
  readonly comparison: Comparison;
  /** Heading of the rows that were folded again. */
  readonly replayedAs?: string;
}) {
  const { same, different, missing, extra, movedOn, differences } = comparison;
  const columns = useMemo(() => columnsOf(replayedAs), [replayedAs]);
  return (
    <>
      <p className="fd-dim" style={{ margin: 0 }}>
        {count(same)} rows are the same, {count(different)} differ, {count(missing)} are missing,{' '}
        {count(extra)} are too many; {count(movedOn)} have moved on since.
      </p>
      {differences.length > 0 && (
        <DataTable
          label="Rows that differ"
          rows={differences}
          columns={columns}
          rowKey={({ projection, key }) => `${projection} ${key}`}
          maxHeight={320}
        />
      )}
    </>
  );
}

function columnsOf(replayedAs: string): readonly TableColumn<Difference>[] {
  return [
    {
      id: 'row',
      label: 'Row',
      kind: 'mono',
      isLong: true,
      cell: ({ projection, key }) => `${projection} ${key}`,
    },
    {
      ...{ id: 'what', label: 'What' },
      cell: ({ kind, fields }) => (
        <span>
          <Chip tone="bad">{kind}</Chip> {fields.join(', ')}
        </span>
      ),
    },
    {
      id: 'live',
      label: 'Live',
      kind: 'mono',
      isLong: true,
      cell: ({ live, fields }) => fieldsOf(live, fields),
    },
    {
      ...{ id: 'replayed', label: replayedAs, kind: 'mono' as const, isLong: true },
      cell: ({ replayed, fields }) => fieldsOf(replayed, fields),
    },
    {
      ...{ id: 'events', label: 'Its events' },
      cell: ({ events, eventsTotal }) => (
        <span>
          {events.slice(0, 3).map(({ stream, revision }) => (
            <span key={`${stream}@${revision}`}>
              <Link to="/audit/ledger" search={{ stream, revision }}>
                {stream}@{revision}
              </Link>{' '}
            </span>
          ))}
          <span className="fd-dim">of {count(eventsTotal)}</span>
        </span>
      ),
    },
  ];
}

function fieldsOf(row: Readonly<Record<string, unknown>> | null, fields: readonly string[]): string {
  return row === null ? 'none' : fields.map((field) => JSON.stringify(row[field])).join(', ');
}
