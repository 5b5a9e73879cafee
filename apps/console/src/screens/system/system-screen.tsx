import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Switch } from '@mantine/core';
import type { System } from '../../api/generated/types.gen';
import { bytes, compact, count } from '../../format/number';
import { ago, moment } from '../../format/time';
import { useMay } from '../../session/use-session';
import { useNow } from '../../ui/now';
import { Chip, Page, Tile } from '../../ui/page';
import { Await } from '../../ui/states';
import type { TableColumn } from '../../ui/table/data-table';
import { TablePanel } from '../../ui/table/table-panel';
import { KeysPanel } from './keys-panel';
import { LatencyPanel } from './latency-panel';
import { QuarantinePanel } from './quarantine-panel';
import { useSystem } from './use-system';
import { WebhooksPanel } from './webhooks-panel';

/** How the machine does: every partition, how long things take, and what waits for a person. */
export function SystemScreen() {
  const system = useSystem();
  const mayQuarantine = useMay('quarantine:read');
  const mayWebhooks = useMay('webhooks:read');
  const mayKeys = useMay('keys:manage');
  return (
    <Page title="System" beside={system.data !== undefined && <Since told={system.data} />}>
      <Await of={system} what="system">
        {(told) => (
          <>
            <Summary told={told} />
            <LatencyPanel told={told} />
            <Partitions system={system} />
            <Sources system={system} />
          </>
        )}
      </Await>
      {mayQuarantine && <QuarantinePanel />}
      {mayWebhooks && <WebhooksPanel />}
      {mayKeys && <KeysPanel />}
    </Page>
  );
}

function Since({ told }: { readonly told: System }) {
  const nowMs = useNow();
  return (
    <span className="fd-dim">
      {told.version}, up for {ago(told.startedAt, nowMs)}
    </span>
  );
}

function Summary({ told }: { readonly told: System }) {
  const { ingest, outbox, stream, memory, projections, partitions } = told;
  const behind = projections.filter(({ caughtUp }) => !caughtUp);
  const sum = (of: (one: System['partitions'][number]) => number): number =>
    partitions.reduce((total, one) => total + of(one), 0);
  const lag = sum(({ lagEvents }) => lagEvents);
  return (
    <dl className="fd-tiles" style={{ margin: 0 }}>
      <Tile label="Events per second" note={`${compact(ingest.queuedEvents)} waiting`}>
        {compact(ingest.eventsPerSecond)}
      </Tile>
      <Tile label="Accepted" note="since the start">
        {count(ingest.accepted)}
      </Tile>
      <Tile label="Duplicates" note="counted once">
        {count(ingest.duplicates)}
      </Tile>
      <Tile label="Late" note="of days that were over">
        {count(sum(({ late }) => late))}
      </Tile>
      <Tile label="Quarantined" note={`${count(ingest.refusedBusy)} requests told to come later`}>
        {count(ingest.quarantined)}
      </Tile>
      <Tile
        label="Outbox"
        note={
          outbox.failed === 0 ? (
            'none failed'
          ) : (
            <Link to="/commands" search={{ state: 'failed' }}>
              {count(outbox.failed)} failed
            </Link>
          )
        }
      >
        {count(outbox.waiting)}
      </Tile>
      <Tile
        label="Projections"
        note={behind.map(({ name }) => name).join(', ') || `${count(lag)} events behind in all`}
      >
        {behind.length === 0 ? 'caught up' : `${behind.length} behind`}
      </Tile>
      <Tile label="Memory" note={`${stream.clients} of ${stream.clientsMax} stream clients`}>
        {bytes(memory.rssBytes)}
      </Tile>
    </dl>
  );
}

type Source = System['sources'][number];

function Sources({ system }: { readonly system: ReturnType<typeof useSystem> }) {
  const nowMs = useNow();
  const columns = useMemo((): readonly TableColumn<Source>[] => sourceColumns(nowMs), [nowMs]);
  return (
    <TablePanel
      title="Sources"
      of={system}
      rows={({ sources }) => sources}
      columns={columns}
      rowKey={({ source }) => source}
      isCards={false}
      empty={{ title: 'Nothing was received yet', why: 'POST /v1/events, or an import, is a source.' }}
    />
  );
}

function sourceColumns(nowMs: number): readonly TableColumn<Source>[] {
  return [
    { id: 'source', label: 'Source', kind: 'head', cell: ({ source }) => source },
    { id: 'events', label: 'Events', kind: 'number', cell: ({ events }) => count(events) },
    { id: 'watermark', label: 'Complete until', cell: ({ watermark }) => moment(watermark) },
    {
      ...{ id: 'heard', label: 'Last heard of' },
      cell: ({ lastReceivedAt }) => (lastReceivedAt === null ? 'never' : `${ago(lastReceivedAt, nowMs)} ago`),
    },
  ];
}

type Partition = System['partitions'][number];

/** A stream without an event has none. */
function revision(value: number): string {
  return value < 0 ? '–' : count(value);
}

const counted = (
  id: 'accepted' | 'late' | 'unregistered' | 'quarantined',
  label: string,
): TableColumn<Partition> => ({
  ...{ id, label, kind: 'number' },
  value: (one) => one[id],
  cell: (one) => count(one[id]),
});

function partitionColumns(mayLook: boolean): readonly TableColumn<Partition>[] {
  return [
    {
      ...{ id: 'stream', label: 'Stream', kind: 'head' as const },
      value: ({ stream }) => stream,
      cell: ({ stream }) =>
        mayLook ? (
          <Link to="/audit/ledger" search={{ stream }} className="fd-mono">
            {stream}
          </Link>
        ) : (
          <span className="fd-mono">{stream}</span>
        ),
    },
    {
      ...{ id: 'head', label: 'Head', kind: 'number' as const },
      value: (one) => one.headRevision,
      cell: (one) => revision(one.headRevision),
    },
    {
      ...{ id: 'folded', label: 'Folded', kind: 'number' as const },
      value: (one) => one.projectedRevision,
      cell: (one) => revision(one.projectedRevision),
    },
    {
      ...{ id: 'lag', label: 'Lag' },
      value: (one) => one.lagEvents,
      cell: (one) => (
        <Chip tone={one.lagEvents === 0 ? 'good' : 'warn'}>
          {one.lagEvents === 0 ? 'none' : `${count(one.lagEvents)} events`}
        </Chip>
      ),
    },
    ...[counted('accepted', 'Accepted'), counted('late', 'Late')],
    ...[counted('unregistered', 'Unregistered'), counted('quarantined', 'Quarantined')],
  ];
}

function Partitions({ system }: { readonly system: ReturnType<typeof useSystem> }) {
  const [isAll, setAll] = useState(false);
  const mayLook = useMay('audit:read');
  const columns = useMemo(() => partitionColumns(mayLook), [mayLook]);
  return (
    <TablePanel
      title="Partitions"
      of={system}
      rows={({ partitions }) =>
        isAll ? partitions : partitions.filter((one) => one.headRevision >= 0 || one.quarantined > 0)
      }
      columns={columns}
      rowKey={({ stream }) => stream}
      maxHeight={420}
      empty={{ title: 'No partition has an event yet' }}
      actions={
        <Switch
          label="Empty ones too"
          checked={isAll}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      }
    />
  );
}
