import { z } from 'zod';
import { instantSchema } from './primitives.js';
import { comparisonSchema } from './replays.js';

const generationSchema = z.object({ name: z.string(), version: z.int(), since: instantSchema });

/** A rebuild of the read models beside those that serve. */
export const rebuildSchema = z
  .object({
    state: z.enum(['building', 'comparing', 'swapping', 'done', 'failed', 'cancelled']),
    kind: z.enum(['rebuild', 'rollback']),
    requestedBy: z.string(),
    startedAt: instantSchema,
    finishedAt: instantSchema.nullable(),
    fromVersion: z.int(),
    toVersion: z.int(),
    eventsFolded: z.int(),
    eventsTotal: z.int(),
    eventsPerSecond: z.number(),
    remainingSeconds: z.number().nullable(),
    swapMs: z.number().nullable().meta({
      description: 'How long folding stood still for the swap. Reads never did.',
    }),
    comparison: comparisonSchema.nullable().meta({
      description: 'Of the rows that serve with the new ones; rows of another version may well differ.',
    }),
    error: z.string().nullable(),
  })
  .meta({ id: 'Rebuild' });
export type RebuildResponse = z.output<typeof rebuildSchema>;

export const projectionsSchema = z
  .object({
    items: z.array(z.object({ name: z.string(), version: z.int(), source: z.enum(['ads', 'quarantine']) })),
    serving: generationSchema.nullable().meta({ description: 'Null before anything has been served.' }),
    kept: z.array(generationSchema).meta({ description: 'To go back to, the latest first.' }),
    latestVersion: z.int().meta({ description: 'Of the folds of this binary.' }),
    parked: z.int().meta({ description: 'Events that this binary knows nothing of, passed over.' }),
    rebuild: rebuildSchema.nullable().meta({ description: 'The last, or the one that is going on.' }),
  })
  .meta({ id: 'Projections' });
export type ProjectionsResponse = z.output<typeof projectionsSchema>;
