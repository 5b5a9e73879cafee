import { z } from 'zod';
import { capSchema } from './budgets.js';
import { instantSchema, ledgerPositionSchema, microsSchema } from './primitives.js';

/** `GET /v1/campaigns/{id}/pacing`: exactly the shape of api.md. */
export const pacingSchema = z
  .object({
    campaignId: z.string(),
    asOf: instantSchema,
    day: z.string().meta({ description: "The campaign's local day, YYYY-MM-DD" }),
    currency: z.string().nullable(),
    spend: z.object({
      todayMicros: microsSchema,
      todayNanos: z.int(),
      grossTodayMicros: microsSchema,
      lifetimeMicros: microsSchema,
      lifetimeNanos: z.int(),
    }),
    budget: z
      .object({
        dailyMicros: microsSchema.nullable(),
        lifetimeMicros: microsSchema.nullable(),
        todayMicros: microsSchema
          .nullable()
          .meta({ description: 'Of the day: for a flight budget alone, its share of what is left.' }),
        remainingTodayMicros: microsSchema.nullable().meta({ description: 'Under the tightest cap.' }),
        remainingMicros: microsSchema.nullable(),
      })
      .nullable()
      .meta({ description: 'Null while nobody has registered the campaign.' }),
    cap: capSchema.nullable().meta({ description: 'The tightest of the budget tree; null without any.' }),
    inFlightMicros: microsSchema.nullable().meta({
      description:
        'Very likely spent since the newest event known, and not told of yet; null when that is too old to tell.',
    }),
    remainingAfterInFlightMicros: microsSchema.nullable(),
    platform: z
      .object({
        todayMicros: microsSchema.nullable().meta({
          description: "The day's highest daily budget × pacing.overdelivery; null without either.",
        }),
        monthMicros: microsSchema.nullable().meta({
          description:
            'Spent in the month before the daily budget last changed, and the daily budget for each day from then on.',
        }),
      })
      .optional()
      .meta({ description: 'What the platform may spend at most; told of one campaign, not on the stream.' }),
    expectedMicros: microsSchema.nullable(),
    pacingIndex: z.number().nullable(),
    forecastMicros: microsSchema.nullable(),
    exhaustsAt: instantSchema.nullable(),
    utilization: z.number().nullable(),
    status: z.enum(['active', 'paused', 'ended', 'unregistered']),
    position: ledgerPositionSchema,
  })
  .meta({ id: 'Pacing' });
export type PacingResponse = z.output<typeof pacingSchema>;

/** `GET /v1/campaigns/{id}/expectation`: what today should have cost by each moment, by the campaign's own curve. */
export const expectationSchema = z
  .object({
    campaignId: z.string(),
    day: z.string().meta({ description: "The campaign's local day, YYYY-MM-DD" }),
    points: z.array(z.object({ at: instantSchema, expectedMicros: microsSchema })).meta({
      description:
        'From the start of the day to its end, straight between two of them. Empty without a budget, and for mode `asap`, which follows no curve.',
    }),
  })
  .meta({ id: 'Expectation' });
export type ExpectationResponse = z.output<typeof expectationSchema>;
