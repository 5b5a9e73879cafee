import { z } from 'zod';
import { moneySchema } from './metrics.js';
import { instantInputSchema, instantSchema, LIST_LIMIT_MAX } from './primitives.js';
import { eventRefSchema } from './replays.js';

export const lineageQuerySchema = z
  .strictObject({
    start: instantInputSchema.optional().meta({
      description: 'A point of the series that begins here; without it, the total of the campaign.',
    }),
    step: z.enum(['1m', '5m', '1h', '1d']).default('1m'),
    after: z.coerce.number().int().min(-1).default(-1).meta({ description: 'Events after this revision.' }),
    limit: z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).default(100),
  })
  .meta({ description: 'A number of a campaign.' });
export type LineageQuery = z.output<typeof lineageQuerySchema>;

const figureSchema = z
  .object({
    impressions: z.int(),
    views: z.int(),
    clicks: z.int(),
    conversions: z.int(),
    events: z.int(),
    givt: z.int(),
    sivt: z.int(),
    gross: moneySchema,
    net: moneySchema,
  })
  .meta({ id: 'LineageFigure' });
export type LineageFigure = z.output<typeof figureSchema>;

/** `GET /v1/audit/campaigns/{campaignId}/lineage`: exactly the events of a number, added anew. */
export const lineageSchema = z
  .object({
    campaignId: z.string(),
    start: instantSchema.nullable(),
    end: instantSchema.nullable(),
    range: z
      .object({ stream: z.string(), fromRevision: z.int(), toRevision: z.int() })
      .meta({ description: 'Ledger revisions, inclusive, that the events stand between.' }),
    shown: figureSchema.meta({ description: 'As the read models have it.' }),
    added: figureSchema.meta({ description: 'The sum of the events, added for this answer.' }),
    agrees: z.boolean(),
    events: z.array(eventRefSchema.extend({ net: moneySchema, gross: moneySchema })),
    next: z.int().nullable().meta({ description: 'Value of `after` for what is left; null at the end.' }),
  })
  .meta({ id: 'Lineage' });
export type LineageResponse = z.output<typeof lineageSchema>;
