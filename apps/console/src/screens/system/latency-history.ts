import type { System } from '../../api/generated/types.gen';

/** Percentiles at one moment, in milliseconds; null while nothing was measured. */
export interface LatencySample {
  readonly atMs: number;
  readonly ingest: number | null;
  readonly pacing: number | null;
  readonly command: number | null;
}

/** Ten minutes at one look a second. */
export const SAMPLES_MAX = 600;

/** The samples with the newest; one that was taken already is not taken twice, and of too many the oldest go. */
export function withSample(
  samples: readonly LatencySample[],
  { asOf, latency }: Pick<System, 'asOf' | 'latency'>,
  max = SAMPLES_MAX,
): readonly LatencySample[] {
  const atMs = Date.parse(asOf);
  const last = samples.at(-1);
  if (last !== undefined && last.atMs >= atMs) return samples;
  const sample = {
    ...{ atMs, ingest: latency.ingest?.p99 ?? null, pacing: latency.eventToPacing?.p99 ?? null },
    command: latency.eventToCommand?.p99 ?? null,
  };
  return [...samples, sample].slice(-max);
}

/** Every so-manieth of them and the newest, the newest first: what a table has room for. */
export function thinned(samples: readonly LatencySample[], rowsMax: number): readonly LatencySample[] {
  const step = Math.max(1, Math.ceil(samples.length / rowsMax));
  return samples.filter((_, at) => (samples.length - 1 - at) % step === 0).reverse();
}
