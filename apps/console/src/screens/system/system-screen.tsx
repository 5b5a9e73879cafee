import type { System } from '../../api/generated/types.gen';
import { bytes, compact, count, milliseconds } from '../../format/number';
import { ago, moment } from '../../format/time';
import { useMay } from '../../session/use-session';
import { Chip, Page, Panel, Tile } from '../../ui/page';
import { Await } from '../../ui/states';
import { useNow } from '../../ui/now';
import { KeysPanel } from './keys-panel';
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
    <Page title="System">
      <Await of={system} what="system">
        {(told) => (
          <>
            <Summary told={told} />
            <div className="fd-columns">
              <Latencies told={told} />
              <Sources told={told} />
            </div>
            <Partitions told={told} />
          </>
        )}
      </Await>
      {mayQuarantine && <QuarantinePanel />}
      {mayWebhooks && <WebhooksPanel />}
      {mayKeys && <KeysPanel />}
    </Page>
  );
}

function Summary({ told }: { readonly told: System }) {
  const { ingest, outbox, stream, memory, projections } = told;
  const behind = projections.filter(({ caughtUp }) => !caughtUp);
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
      <Tile label="Quarantined" note={`${count(ingest.refusedBusy)} requests told to come later`}>
        {count(ingest.quarantined)}
      </Tile>
      <Tile label="Outbox" note={outbox.failed === 0 ? 'none failed' : `${outbox.failed} failed`}>
        {count(outbox.waiting)}
      </Tile>
      <Tile
        label="Projections"
        note={behind.map(({ name }) => name).join(', ') || `all ${projections.length}`}
      >
        {behind.length === 0 ? 'caught up' : `${behind.length} behind`}
      </Tile>
      <Tile label="Memory" note={`${stream.clients} of ${stream.clientsMax} stream clients`}>
        {bytes(memory.rssBytes)}
      </Tile>
    </dl>
  );
}

const LATENCIES = [
  ['ingest', 'Request → durable'],
  ['eventToPacing', 'Event → pacing'],
  ['eventToCommand', 'Event → command'],
] as const;

function Latencies({ told }: { readonly told: System }) {
  return (
    <Panel title="How long it takes" flush>
      <table className="fd-table">
        <thead>
          <tr>
            <th>Way</th>
            <th className="fd-num">p50</th>
            <th className="fd-num">p90</th>
            <th className="fd-num">p99</th>
            <th className="fd-num">most</th>
          </tr>
        </thead>
        <tbody>
          {LATENCIES.map(([name, label]) => {
            const took = told.latency[name];
            return (
              <tr key={name}>
                <th scope="row">{label}</th>
                {(['p50', 'p90', 'p99', 'max'] as const).map((quantile) => (
                  <td key={quantile} className="fd-num">
                    {milliseconds(took?.[quantile])}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

function Sources({ told }: { readonly told: System }) {
  const nowMs = useNow();
  return (
    <Panel title="Sources" flush>
      <div className="fd-scroll" tabIndex={0}>
        <table className="fd-table">
          <thead>
            <tr>
              <th>Source</th>
              <th className="fd-num">Events</th>
              <th>Complete until</th>
              <th>Last heard of</th>
            </tr>
          </thead>
          <tbody>
            {told.sources.map(({ source, events, watermark, lastReceivedAt }) => (
              <tr key={source}>
                <th scope="row">{source}</th>
                <td className="fd-num">{count(events)}</td>
                <td>{moment(watermark)}</td>
                <td>{lastReceivedAt === null ? 'never' : `${ago(lastReceivedAt, nowMs)} ago`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** A stream without an event has none. */
function revision(value: number): string {
  return value < 0 ? '–' : count(value);
}

function Partitions({ told }: { readonly told: System }) {
  return (
    <Panel title="Partitions" flush>
      <div className="fd-scroll" tabIndex={0} style={{ maxHeight: 420 }}>
        <table className="fd-table">
          <thead>
            <tr>
              <th>Stream</th>
              <th className="fd-num">Head</th>
              <th className="fd-num">Folded</th>
              <th>Lag</th>
              <th className="fd-num">Accepted</th>
              <th className="fd-num">Late</th>
              <th className="fd-num">Unregistered</th>
              <th className="fd-num">Quarantined</th>
            </tr>
          </thead>
          <tbody>
            {told.partitions.map((one) => (
              <tr key={one.partition}>
                <th scope="row" className="fd-mono">
                  {one.stream}
                </th>
                <td className="fd-num">{revision(one.headRevision)}</td>
                <td className="fd-num">{revision(one.projectedRevision)}</td>
                <td>
                  <Chip tone={one.lagEvents === 0 ? 'good' : 'warn'}>
                    {one.lagEvents === 0 ? 'none' : `${count(one.lagEvents)} events`}
                  </Chip>
                </td>
                <td className="fd-num">{count(one.accepted)}</td>
                <td className="fd-num">{count(one.late)}</td>
                <td className="fd-num">{count(one.unregistered)}</td>
                <td className="fd-num">{count(one.quarantined)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
