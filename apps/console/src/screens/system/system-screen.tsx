import { Link } from '@tanstack/react-router';
import type { System } from '../../api/generated/types.gen';
import { bytes, compact, count } from '../../format/number';
import { ago } from '../../format/time';
import { useMay } from '../../session/use-session';
import { useNow } from '../../ui/now';
import { Page, Tile } from '../../ui/page';
import { Await } from '../../ui/states';
import { KeysPanel } from './keys-panel';
import { LatencyPanel } from './latency-panel';
import { Partitions } from './partitions-panel';
import { QuarantinePanel } from './quarantine-panel';
import { Sources } from './sources-panel';
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
