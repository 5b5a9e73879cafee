import { Button, Select, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import type { BookedAccess } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { useAccessBook, type AccessFilter } from './use-audit';

const ACTIONS = [
  ...['audit-read', 'as-of-read', 'lineage-read', 'cross-campaign-read', 'reconciliation', 'period-close'],
  ...['export', 'replay', 'rebuild', 'approval', 'key-change', 'erasure'],
];

const COLUMNS: readonly TableColumn<BookedAccess>[] = [
  { id: 'at', label: 'When', cell: ({ at }) => moment(at, undefined, true) },
  {
    ...{ id: 'who', label: 'Who' },
    cell: ({ person, actor, role }) => (
      <>
        {person ?? actor} <span className="fd-dim">{role}</span>
      </>
    ),
  },
  {
    ...{ id: 'what', label: 'What' },
    cell: ({ action, route }) => (
      <span>
        {sentenceOf(action)} <span className="fd-dim fd-mono">{route}</span>
      </span>
    ),
  },
  {
    ...{ id: 'with', label: 'With', kind: 'mono' as const, isLong: true },
    cell: ({ parameters }) =>
      Object.entries(parameters)
        .map(([name, value]) => `${name}=${value}`)
        .join(' '),
  },
];

/** Who exported, replayed, read across campaigns, changed keys or approved: booked before it happened. */
export function AccessPanel() {
  const [filter, setFilter] = useState<AccessFilter>({});
  const book = useAccessBook(filter);
  const items = book.data?.pages.flatMap((page) => page.items);
  return (
    <TablePanel
      title="Access book"
      of={{ data: items, error: book.error, refetch: book.refetch }}
      rows={(told) => told}
      columns={COLUMNS}
      rowKey={({ revision }) => String(revision)}
      empty={
        Object.keys(filter).length === 0
          ? { title: 'Nothing is booked yet' }
          : { title: 'Nobody did that', why: 'Not among the entries looked at; go on with older ones.' }
      }
      maxHeight={560}
      actions={<Filter filter={filter} onFilter={setFilter} />}
    >
      {book.hasNextPage && (
        <div className="fd-pager">
          <Button
            variant="default"
            loading={book.isFetchingNextPage}
            onClick={() => void book.fetchNextPage()}
          >
            Older
          </Button>
        </div>
      )}
    </TablePanel>
  );
}

function Filter({
  filter,
  onFilter,
}: {
  readonly filter: AccessFilter;
  readonly onFilter: (filter: AccessFilter) => void;
}) {
  const [actor, setActor] = useState('');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const { actor: _was, ...rest } = filter;
    onFilter(actor.trim() === '' ? rest : { ...rest, actor: actor.trim() });
  };
  return (
    <form onSubmit={submit} style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
      <Select
        aria-label="What"
        placeholder="Anything"
        clearable
        w={170}
        data={ACTIONS.map((action) => ({ value: action, label: sentenceOf(action) }))}
        value={filter.action ?? null}
        onChange={(action) => {
          const { action: _was, ...rest } = filter;
          onFilter(action === null ? rest : { ...rest, action });
        }}
      />
      <TextInput
        w={170}
        aria-label="Who, by the id of the key; press Enter"
        placeholder="Who"
        value={actor}
        onChange={(event) => setActor(event.currentTarget.value)}
        data-search
      />
    </form>
  );
}
