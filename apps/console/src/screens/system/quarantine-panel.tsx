import { Button, SegmentedControl, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Quarantined } from '../../api/generated/types.gen';
import { moment } from '../../format/time';
import { sentenceOf } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Chip } from '../../ui/page';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { RedriveDialog } from './redrive-dialog';
import { textOf } from './record-text';
import { useQuarantine, type QuarantineFilter } from './use-system';

const SHOWN_CHARACTERS = 160;
const REASONS: readonly Quarantined['reason'][] = [
  ...(['malformed', 'schema', 'too-late', 'in-the-future', 'id-conflict'] as const),
  ...(['currency-mismatch', 'too-large'] as const),
];
const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'redriven', label: 'Redriven' },
] as const;

/** Records that could not be taken, with their bytes; each can be sent through once more, as it came or corrected. */
export function QuarantinePanel() {
  const [filter, setFilter] = useState<QuarantineFilter>({ state: 'open' });
  const [asking, setAsking] = useState<Quarantined>();
  const quarantine = useQuarantine(filter);
  const mayRedrive = useMay('quarantine:redrive');
  const columns = useMemo(() => columnsOf(mayRedrive, setAsking), [mayRedrive]);
  const items = useMemo(() => quarantine.data?.pages.flatMap((page) => page.items), [quarantine.data]);
  return (
    <TablePanel
      title="Quarantine"
      of={{ data: items, error: quarantine.error, refetch: quarantine.refetch }}
      rows={(told) => told}
      columns={columns}
      rowKey={({ id }) => id}
      maxHeight={360}
      empty={{
        title: filter.state === 'open' ? 'Nothing waits here' : 'Nothing was redriven',
        why: 'What cannot be taken is kept with its reason and its bytes.',
      }}
      actions={<Filter filter={filter} onFilter={setFilter} />}
    >
      {quarantine.hasNextPage && (
        <div className="fd-pager">
          <Button
            variant="default"
            loading={quarantine.isFetchingNextPage}
            onClick={() => void quarantine.fetchNextPage()}
          >
            More
          </Button>
        </div>
      )}
      {asking !== undefined && <RedriveDialog record={asking} onClose={() => setAsking(undefined)} />}
    </TablePanel>
  );
}

function Filter({
  filter,
  onFilter,
}: {
  readonly filter: QuarantineFilter;
  readonly onFilter: (filter: QuarantineFilter) => void;
}) {
  return (
    <>
      <Select
        aria-label="Reason"
        placeholder="Any reason"
        clearable
        w={160}
        data={REASONS.map((reason) => ({ value: reason, label: sentenceOf(reason) }))}
        value={filter.reason ?? null}
        onChange={(value) => onFilter({ ...filter, reason: REASONS.find((one) => one === value) })}
      />
      <SegmentedControl
        aria-label="Which records"
        data={[...STATES]}
        value={filter.state}
        onChange={(value) =>
          onFilter({ ...filter, state: STATES.find((one) => one.value === value)?.value ?? filter.state })
        }
      />
    </>
  );
}

function columnsOf(
  mayRedrive: boolean,
  onRedrive: (record: Quarantined) => void,
): readonly TableColumn<Quarantined>[] {
  return [
    {
      ...{ id: 'received', label: 'Received' },
      cell: ({ receivedAt }) => <span className="fd-nowrap">{moment(receivedAt, undefined, true)}</span>,
    },
    { id: 'source', label: 'Source', cell: ({ source }) => source },
    {
      ...{ id: 'reason', label: 'Reason' },
      cell: ({ reason }) => <Chip tone="warn">{sentenceOf(reason)}</Chip>,
    },
    { id: 'detail', label: 'What is wrong', cell: ({ detail }) => detail },
    {
      ...{ id: 'record', label: 'Record', kind: 'mono' as const, isLong: true },
      cell: ({ bytesBase64 }) => textOf(bytesBase64, SHOWN_CHARACTERS),
    },
    {
      ...{ id: 'act', label: 'Redrive', kind: 'act' as const },
      cell: (record) =>
        record.state === 'open' &&
        mayRedrive && (
          <Button size="compact-xs" variant="default" onClick={() => onRedrive(record)}>
            Redrive
          </Button>
        ),
    },
  ];
}
