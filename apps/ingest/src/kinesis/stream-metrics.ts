import type { Metrics } from '@flightdeck/platform';
import type { RecordSink, RecordSource, SourceStats } from '@flightdeck/sources';

/** What is told of a stream that is read, at each scrape. */
const SOURCE_METRICS: Readonly<Record<string, readonly [string, (stats: SourceStats) => number]>> = {
  flightdeck_kinesis_millis_behind_latest: [
    'How far the shard that is furthest behind is behind its newest record, in milliseconds.',
    ({ shards }) => Math.max(0, ...shards.map(({ millisBehindLatest }) => millisBehindLatest)),
  ],
  flightdeck_kinesis_shards: ['Shards that this process reads.', ({ shards }) => shards.length],
  flightdeck_kinesis_records: ['Records read since the start.', ({ records }) => records],
  flightdeck_kinesis_throttled: ['Calls throttled since the start.', ({ throttled }) => throttled],
  flightdeck_kinesis_retries: ['Other calls made again since the start.', ({ retries }) => retries],
  flightdeck_kinesis_leases_lost: ['Leases lost to others since the start.', ({ leasesLost }) => leasesLost],
  flightdeck_kinesis_gaps: ['Times that records were trimmed before they were read.', ({ gaps }) => gaps],
};

/** Adds what a source counts. */
export function addSourceMetrics(metrics: Metrics, source: RecordSource): void {
  for (const [name, [help, read]] of Object.entries(SOURCE_METRICS))
    metrics.gauge(name, help, () => read(source.stats()));
}

/** Adds what a sink counts. */
export function addSinkMetrics(metrics: Metrics, sink: RecordSink): void {
  metrics.gauge(
    'flightdeck_stream_put',
    'Records put into the stream since the start.',
    () => sink.stats().records,
  );
  metrics.gauge(
    'flightdeck_stream_resent',
    'Records put again since the start, after a refusal.',
    () => sink.stats().resent,
  );
}
