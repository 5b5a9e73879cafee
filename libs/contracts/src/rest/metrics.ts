import { z } from 'zod';
import { idSchema, instantInputSchema, instantSchema, microsSchema } from './primitives.js';

export const metricsQueryMembers = {
  from: instantInputSchema,
  to: instantInputSchema,
  step: z.enum(['1m', '5m', '1h', '1d']).default('5m'),
};

export const metricsQuerySchema = z
  .strictObject(metricsQueryMembers)
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' });
export type MetricsQuery = z.output<typeof metricsQuerySchema>;

export const moneySchema = z.object({ micros: microsSchema, nanos: z.int().min(0).max(999) });

export const metricPointSchema = z
  .object({
    start: instantSchema,
    end: instantSchema,
    impressions: z.int(),
    views: z.int(),
    clicks: z.int(),
    conversions: z.int(),
    events: z.int(),
    givt: z.int(),
    sivt: z.int(),
    spend: z.object({ net: moneySchema, gross: moneySchema }),
    rates: z.object({
      ctr: z.number().nullable(),
      cvr: z.number().nullable(),
      viewability: z.number().nullable(),
      cpcMicros: z.number().nullable(),
      cpaMicros: z.number().nullable(),
      ecpmMicros: z.number().nullable(),
      vcpmMicros: z.number().nullable(),
      roas: z.number().nullable(),
    }),
    range: z
      .object({ stream: z.string(), fromRevision: z.int(), toRevision: z.int() })
      .meta({ description: 'Ledger revisions, inclusive, of the events in the point.' }),
  })
  .meta({ id: 'MetricPoint' });
export type MetricPointResponse = z.output<typeof metricPointSchema>;

export const metricsSchema = z
  .object({
    campaignId: z.string(),
    currency: z.string().nullable(),
    step: z.enum(['1m', '5m', '1h', '1d']),
    from: instantSchema,
    to: instantSchema,
    points: z.array(metricPointSchema),
  })
  .meta({ id: 'Metrics' });
export type MetricsResponse = z.output<typeof metricsSchema>;

const TRENDS_MAX = 100;

/** `GET /v1/trends`: one look at many campaigns. */
export const trendsQuerySchema = z.strictObject({
  campaignIds: z
    .string()
    .min(1)
    .max(TRENDS_MAX * 129)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(idSchema).min(1).max(TRENDS_MAX))
    .meta({ description: `Comma-separated, at most ${TRENDS_MAX}.` }),
});
export type TrendsQuery = z.output<typeof trendsQuerySchema>;

export const trendsSchema = z
  .object({
    from: instantSchema,
    stepSeconds: z.int(),
    items: z.array(
      z.object({
        campaignId: z.string(),
        netMicros: z
          .array(microsSchema)
          .meta({ description: 'Spend of each step of the last hour, oldest first.' }),
      }),
    ),
  })
  .meta({ id: 'Trends' });
export type TrendsResponse = z.output<typeof trendsSchema>;
