import { z } from 'zod';
import { momentOf } from '../moment.js';
import { jobMembers } from './jobs.js';
import { instantSchema } from './primitives.js';

/** A moment of the ledger, in a request. */
export const momentSchema = z
  .string()
  .max(40)
  .refine((text) => momentOf(text) !== undefined, 'must be an RFC 3339 time or a position in the ledger')
  .meta({
    description: 'An RFC 3339 time, or a position: so many events of the ledger in global order.',
    examples: ['2026-11-22T14:05:00Z', '1000000'],
  });

export const projectionNameSchema = z
  .string()
  .regex(/^[a-z-]{1,64}$/, 'must be the name of a projection')
  .meta({ description: 'A name of GET /v1/projections, or `all`.', examples: ['campaign-day'] });

export const createReplaySchema = z
  .strictObject({
    projection: projectionNameSchema.default('all'),
    asOf: momentSchema
      .optional()
      .meta({ description: 'Up to this moment; the end of the ledger unless given.' }),
    from: momentSchema.optional().meta({
      description: 'Only what was recorded after this moment: its digest, but nothing to be held against.',
    }),
  })
  .meta({ id: 'CreateReplay' });
export type CreateReplayRequest = z.output<typeof createReplaySchema>;

export const replayProgressSchema = z
  .object({
    phase: z.enum(['copying', 'folding', 'comparing']),
    eventsFolded: z.int(),
    eventsTotal: z.int(),
    eventsPerSecond: z.number(),
    remainingSeconds: z.number().nullable(),
  })
  .meta({ id: 'ReplayProgress' });
export type ReplayProgressResponse = z.output<typeof replayProgressSchema>;

export const eventRefSchema = z
  .object({
    stream: z.string(),
    revision: z.int(),
    id: z.string(),
    eventId: z.string(),
    type: z.string(),
    occurredAt: instantSchema,
    recordedAt: instantSchema,
  })
  .meta({ id: 'EventRef' });
export type EventRefResponse = z.output<typeof eventRefSchema>;

const fieldsSchema = z.record(z.string(), z.unknown());

export const rowDifferenceSchema = z
  .object({
    projection: z.string(),
    key: z.string(),
    partition: z.int(),
    kind: z.enum(['different', 'missing', 'extra']).meta({
      description: '`missing`: only the replay has the row; `extra`: only the live read models have it.',
    }),
    fields: z.array(z.string()).meta({ description: 'Those in which they differ.' }),
    live: fieldsSchema.nullable(),
    replayed: fieldsSchema.nullable(),
    events: z.array(eventRefSchema).meta({ description: 'The first events that belong in the row.' }),
    eventsTotal: z.int(),
  })
  .meta({ id: 'RowDifference' });

export const comparisonSchema = z
  .object({
    compared: z.int(),
    same: z.int(),
    different: z.int(),
    missing: z.int(),
    extra: z.int(),
    movedOn: z.int().meta({
      description:
        'Live rows that have seen events after the moment of the replay, and so cannot be compared.',
    }),
    liveDigest: z.string().nullable().meta({
      description: 'Of the live rows at the same position; null when some have moved on.',
    }),
    differences: z.array(rowDifferenceSchema),
  })
  .meta({ id: 'Comparison' });
export type ComparisonResponse = z.output<typeof comparisonSchema>;

export const replayResultSchema = z
  .object({
    identical: z.boolean().nullable().meta({ description: 'Null when there was nothing to compare with.' }),
    version: z.int().meta({ description: 'Of the folds.' }),
    digest: z.string().meta({ description: 'SHA-256 over the rows of the projections, canonical.' }),
    lines: z.array(z.object({ table: z.string(), partition: z.int(), rows: z.int(), sha256: z.string() })),
    heads: z
      .array(z.object({ stream: z.string(), fromRevision: z.int(), toRevision: z.int() }))
      .meta({ description: 'What was folded, inclusive, stream by stream.' }),
    events: z.int(),
    parked: z.int().meta({ description: 'Events of later releases, passed over.' }),
    seconds: z.number(),
    eventsPerSecond: z.number(),
    comparison: comparisonSchema.nullable(),
  })
  .meta({ id: 'ReplayResult' });
export type ReplayResultResponse = z.output<typeof replayResultSchema>;

export const replaySchema = z
  .object({
    replayId: z.string(),
    projection: z.string(),
    asOf: z.string().nullable(),
    from: z.string().nullable(),
    ...jobMembers,
    progress: replayProgressSchema,
    result: replayResultSchema.nullable(),
  })
  .meta({ id: 'Replay' });
export type ReplayResponse = z.output<typeof replaySchema>;

export const replaysSchema = z
  .object({ items: z.array(replaySchema.omit({ result: true })) })
  .meta({ id: 'Replays' });
