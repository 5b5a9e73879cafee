import { useEffect, useMemo, useState } from 'react';
import type { System } from '../../api/generated/types.gen';
import { ownZone } from '../../format/local-time';
import { count, milliseconds } from '../../format/number';
import { clock } from '../../format/time';
import { Legend, LineChart } from '../../ui/chart/line-chart';
import type { Line } from '../../ui/chart/shown';
import { Panel } from '../../ui/page';
import { DataTable, type TableColumn } from '../../ui/table/data-table';
import { thinned, withSample, type LatencySample } from './latency-history';

type Took = System['latency']['ingest'];

interface Way {
  readonly name: string;
  readonly took: Took;
}

const quantile = (id: 'p50' | 'p90' | 'p99' | 'max', label: string): TableColumn<Way> => ({
  ...{ id, label, kind: 'number' },
  cell: ({ took }) => milliseconds(took?.[id]),
});

const WAYS: readonly TableColumn<Way>[] = [
  { id: 'name', label: 'Way', kind: 'head', cell: ({ name }) => name },
  ...[quantile('p50', 'p50'), quantile('p90', 'p90'), quantile('p99', 'p99'), quantile('max', 'most')],
  { id: 'count', label: 'Of', kind: 'number', cell: ({ took }) => count(took?.count) },
];

const SAMPLES: readonly TableColumn<LatencySample>[] = [
  { id: 'at', label: 'At', kind: 'head', cell: ({ atMs }) => clock(atMs, undefined, true) },
  { id: 'ingest', label: 'Ingest', kind: 'number', cell: ({ ingest }) => milliseconds(ingest) },
  { id: 'pacing', label: 'To pacing', kind: 'number', cell: ({ pacing }) => milliseconds(pacing) },
  { id: 'command', label: 'To command', kind: 'number', cell: ({ command }) => milliseconds(command) },
];
const ROWS_MAX = 60;
const NONE: readonly LatencySample[] = [];

/** How long things take: the percentiles now, and the slow tail since the screen was opened. */
export function LatencyPanel({ told }: { readonly told: System }) {
  const { ingest, eventToPacing, eventToCommand } = told.latency;
  const samples = useSamples(told);
  const ways: readonly Way[] = [
    { name: 'Request → durable', took: ingest },
    { name: 'Event → pacing', took: eventToPacing },
    { name: 'Event → command', took: eventToCommand },
  ];
  const atMs = useMemo(() => samples.map((sample) => sample.atMs), [samples]);
  const lines: readonly Line[] = useMemo(
    () => [
      { label: 'ingest', values: samples.map((one) => one.ingest), colour: '--fd-series-1' },
      { label: 'to pacing', values: samples.map((one) => one.pacing), colour: '--fd-series-3', dashed: true },
      {
        label: 'to command',
        values: samples.map((one) => one.command),
        colour: '--fd-series-2',
        dashed: true,
      },
    ],
    [samples],
  );
  return (
    <Panel title="How long it takes" flush>
      <DataTable label="Latencies" rows={ways} columns={WAYS} rowKey={({ name }) => name} isCards={false} />
      <div className="fd-panel-body">
        <div className="fd-label">p99 since this screen was opened, live</div>
        {samples.length < 2 ? (
          <p className="fd-dim">The line begins with the second look, in a second.</p>
        ) : (
          <>
            <Legend lines={lines} />
            <LineChart
              atMs={atMs}
              lines={lines}
              zone={ownZone()}
              label="The slowest hundredth of requests, of pacing and of commands, since this screen was opened; the same stands in the table below"
              format={milliseconds}
              height={140}
            />
            <details>
              <summary>As a table</summary>
              <DataTable
                label="p99 since this screen was opened"
                rows={thinned(samples, ROWS_MAX)}
                columns={SAMPLES}
                rowKey={(sample) => String(sample.atMs)}
                isCards={false}
                maxHeight={240}
              />
            </details>
          </>
        )}
      </div>
    </Panel>
  );
}

function useSamples(told: System): readonly LatencySample[] {
  const [samples, setSamples] = useState(NONE);
  useEffect(() => setSamples((before) => withSample(before, told)), [told]);
  return samples;
}
