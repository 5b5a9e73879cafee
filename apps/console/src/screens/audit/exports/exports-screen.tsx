import { Button, CopyButton, Progress, TextInput } from '@mantine/core';
import { useState, type SyntheticEvent } from 'react';
import { bytes, count } from '../../../format/number';
import { Panel } from '../../../ui/page';
import { Await, Empty, Refusal } from '../../../ui/states';
import { DataTable, type TableColumn } from '../../../ui/table/data-table';
import { useCheckpoint } from '../use-audit';
import { rangeOf } from './download';
import { useExport, type Exported } from './use-export';

const COLUMNS: readonly TableColumn<Exported>[] = [
  {
    ...{ id: 'name', label: 'File', kind: 'head' as const },
    cell: ({ name, url }) => (
      <a href={url} download={name}>
        {name}
      </a>
    ),
  },
  {
    ...{ id: 'events', label: 'Events', kind: 'number' as const },
    cell: ({ from, to }) => `${count(from)} to ${count(to - 1)}`,
  },
  { id: 'bytes', label: 'Size', kind: 'number', cell: (one) => bytes(one.bytes) },
  {
    ...{ id: 'verify', label: 'To verify', kind: 'mono' as const, isLong: true },
    cell: (one) => <Command text={commandFor(one)} />,
  },
];

/** Takes the ledger away, whole or in part, and says how to check it without us. */
export function ExportsScreen() {
  const checkpoint = useCheckpoint();
  const { start, progress, exported, cancel, error } = useExport();
  const asked = start.variables;
  return (
    <>
      <Panel title="Export">
        <Await of={checkpoint} what="checkpoint">
          {({ size }) => (
            <RangeForm
              signed={size}
              isRunning={start.isPending}
              onStart={(range) => start.mutate({ ...range, signed: size })}
            />
          )}
        </Await>
        {progress !== undefined && asked !== undefined && (
          <div style={{ marginTop: 8 }}>
            <Progress
              value={Math.min(100, (100 * progress.events) / (asked.to - asked.from))}
              aria-label="Events exported"
            />
            <div className="fd-row">
              <span role="status" className="fd-dim">
                {count(Math.min(progress.events, asked.to - asked.from))} of {count(asked.to - asked.from)}{' '}
                events, {bytes(progress.bytes)}
              </span>
              <Button size="compact-xs" variant="default" onClick={cancel}>
                Cancel
              </Button>
            </div>
          </div>
        )}
        <Refusal error={error} />
      </Panel>
      <Panel title="Exported in this tab" flush>
        {exported.length === 0 ? (
          <Empty title="Nothing was exported yet">
            <p>
              An export is one tar archive: events, proofs, checkpoints, key and manifest. The same range has
              the same bytes.
            </p>
          </Empty>
        ) : (
          <DataTable
            label="Exported in this tab"
            rows={exported}
            columns={COLUMNS}
            rowKey={({ url }) => url}
          />
        )}
      </Panel>
      <OfflinePanel />
    </>
  );
}

function RangeForm({
  signed,
  isRunning,
  onStart,
}: {
  readonly signed: number;
  readonly isRunning: boolean;
  readonly onStart: (range: { readonly from: number; readonly to: number }) => void;
}) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const range = rangeOf(from, to, signed);
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (range !== undefined) onStart(range);
  };
  return (
    <form className="fd-look" onSubmit={submit}>
      <TextInput
        label="From position"
        placeholder="0"
        inputMode="numeric"
        value={from}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput
        label="Up to, not included"
        placeholder={`${signed}, all that is signed`}
        inputMode="numeric"
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        error={range === undefined ? `A range within the ${count(signed)} that are signed` : undefined}
      />
      <Button type="submit" loading={isRunning} disabled={range === undefined}>
        Export
      </Button>
    </form>
  );
}

function OfflinePanel() {
  return (
    <Panel title="Verify it without this system">
      <ol className="fd-steps">
        <li>
          Keep the key and a checkpoint from before, away from here: the answer of{' '}
          <span className="fd-mono">GET /v1/audit/checkpoint</span> as a file is both.
        </li>
        <li>
          Take <span className="fd-mono">tools/verify.mjs</span> with you. It is one file, needs only Node and
          shares no code with the server:
          <Command text="node verify.mjs flightdeck-0-100.tar --key before --anchor before" />
        </li>
        <li>
          A second opinion, written apart in another language, with Python’s own library alone:
          <Command text="python3 verify.py flightdeck-0-100.tar --anchor before" />
        </li>
      </ol>
      <p className="fd-dim fd-hint">
        It ends with 0 when everything holds. A bit, a line or a file that was changed is named. An export
        that is larger than a browser can keep is written by{' '}
        <code className="fd-mono">npx flightdeck export file.tar</code>.
      </p>
    </Panel>
  );
}

/** What ends before the newest anchor there is says so, for else it looks cut off. */
function commandFor({ name, isWhole }: Exported): string {
  return `node verify.mjs ${name} --key before --anchor before${isWhole ? '' : ' --partial'}`;
}

function Command({ text }: { readonly text: string }) {
  return (
    <span className="fd-command-line">
      <code className="fd-mono fd-long">{text}</code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="default" onClick={copy} aria-label={`Copy: ${text}`}>
            {copied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </CopyButton>
    </span>
  );
}
