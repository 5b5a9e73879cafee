import { z } from 'zod';
import { instantSchema } from './primitives.js';

const percentilesSchema = z
  .object({ p50: z.number(), p90: z.number(), p99: z.number(), max: z.number(), count: z.int() })
  .meta({ id: 'LatencyPercentiles', description: 'Milliseconds over the last minutes.' });

/** `GET /v1/system`. */
export const systemSchema = z
  .object({
    asOf: instantSchema,
    version: z.string(),
    startedAt: instantSchema,
    partitions: z.array(
      z.object({
        partition: z.int(),
        stream: z.string(),
        headRevision: z.int().meta({ description: '-1 while the stream is empty' }),
        projectedRevision: z.int(),
        lagEvents: z.int(),
        accepted: z.int(),
        late: z.int(),
        unregistered: z.int(),
        quarantined: z.int(),
      }),
    ),
    ingest: z.object({
      accepted: z.int(),
      duplicates: z.int(),
      quarantined: z.int(),
      refusedBusy: z.int().meta({ description: 'Requests answered 429.' }),
      eventsPerSecond: z.number(),
      queuedEvents: z.int(),
    }),
    latency: z.object({
      ingest: percentilesSchema.nullable(),
      eventToPacing: percentilesSchema.nullable(),
      eventToCommand: percentilesSchema.nullable(),
    }),
    projections: z.array(z.object({ name: z.string(), checkpoint: z.string(), caughtUp: z.boolean() })),
    outbox: z.object({ waiting: z.int(), failed: z.int() }),
    sources: z.array(
      z.object({
        source: z.string(),
        watermark: instantSchema.nullable(),
        lastReceivedAt: instantSchema.nullable(),
        events: z.int(),
      }),
    ),
    stream: z.object({ clients: z.int(), clientsMax: z.int() }),
    memory: z.object({ rssBytes: z.int(), heapUsedBytes: z.int() }),
  })
  .meta({ id: 'System' });
export type SystemResponse = z.output<typeof systemSchema>;

/** What the running parts know of themselves, each from memory; the API adds clock, memory and its own clients. */
export type SystemSnapshot = Pick<
  SystemResponse,
  'partitions' | 'ingest' | 'latency' | 'projections' | 'outbox' | 'sources'
>;

/** Gathers the parts' snapshots. The composition provides it; must answer within milliseconds. */
export interface SystemProbe {
  snapshot(): Promise<SystemSnapshot>;
}

/** Nest injection token of the process's system probe. */
export const SYSTEM_PROBE = Symbol('SystemProbe');
