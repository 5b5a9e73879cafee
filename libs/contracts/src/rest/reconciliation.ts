import { z } from 'zod';
import { moneySchema } from './metrics.js';
import { currencySchema, instantSchema, microsSchema } from './primitives.js';

const CSV_BYTES_MAX = 1_000_000;
const DAYS_MAX = 366;

const daySchema = z.iso.date().meta({ description: "The campaign's local day, YYYY-MM-DD" });
const MS_PER_DAY = 86_400_000;
const periodMembers = { from: daySchema, to: daySchema };
const PERIOD = { path: ['to'], message: `must not be before from, nor ${DAYS_MAX} days after` };

function isPeriod({ from, to }: { readonly from: string; readonly to: string }): boolean {
  return from <= to && Date.parse(to) - Date.parse(from) < DAYS_MAX * MS_PER_DAY;
}

export const periodSchema = z.strictObject(periodMembers).refine(isPeriod, PERIOD);
export type PeriodQuery = z.output<typeof periodSchema>;

const amountSchema = z.object({ events: z.int(), amount: moneySchema });

export const reconciledFiguresSchema = z
  .object({
    gross: moneySchema.meta({ description: 'Everything that cost.' }),
    general: amountSchema.meta({ description: 'General invalid traffic.' }),
    sophisticated: amountSchema.meta({ description: 'Sophisticated invalid traffic.' }),
    adjustments: amountSchema.extend({ byReason: z.record(z.string(), amountSchema) }),
    net: moneySchema.meta({ description: 'Gross less invalid traffic, and the adjustments.' }),
    lateIn: amountSchema.meta({
      description: 'Booked in the period although it occurred before: its day was over for good.',
    }),
    lateOut: amountSchema.meta({ description: 'Occurred in the period, booked after it.' }),
    quarantined: z.record(z.string(), z.int()).meta({ description: 'Records refused, by reason.' }),
    idConflicts: z.int().meta({
      description: 'Records refused because another event has their id and other contents.',
    }),
    duplicates: amountSchema.optional().meta({
      description:
        'Deliveries left out because their events were there already, by the day on which they occurred, and what they would have added to net. Absent in a period that was closed before they were booked.',
    }),
    events: z.int(),
    impressions: z.int(),
    clicks: z.int(),
    conversions: z.int(),
  })
  .meta({ id: 'ReconciledFigures' });
export type ReconciledFigures = z.output<typeof reconciledFiguresSchema>;

export const reconciliationSchema = z
  .object({
    campaignId: z.string(),
    ...periodMembers,
    currency: z.string().nullable(),
    figures: reconciledFiguresSchema,
    days: z.array(z.object({ day: z.string(), figures: reconciledFiguresSchema })),
    range: z.object({ stream: z.string(), toRevision: z.int() }),
    digest: z.string().meta({
      description:
        'SHA-256 of what is booked: the figures without lateOut, quarantined, idConflicts and duplicates.',
    }),
    closed: z.boolean(),
  })
  .meta({ id: 'Reconciliation' });
export type ReconciliationResponse = z.output<typeof reconciliationSchema>;

export const compareInvoiceSchema = z
  .strictObject({
    ...periodMembers,
    csv: z.string().min(1).max(CSV_BYTES_MAX).meta({
      description:
        'A header and lines: `day` and one of `amountMicros` or `amount` (decimal), and if they are there `campaignId`, `currency`, `impressions`, `clicks`, `conversions`.',
    }),
    currency: currencySchema.optional(),
    toleranceMicros: microsSchema.min(0).default(0).meta({
      description: 'What the other side may have rounded, a day.',
    }),
  })
  .refine(isPeriod, PERIOD)
  .meta({ id: 'CompareInvoice' });
export type CompareInvoiceRequest = z.output<typeof compareInvoiceSchema>;

export const DIFFERENCE_CATEGORIES = [
  'general-invalid',
  'sophisticated-invalid',
  'adjustments',
  'late-in',
  'late-out',
  'duplicates',
  'duplicate-line',
  'other-currency',
  'missing-day',
  'unexplained',
] as const;

const explanationSchema = z.object({ category: z.enum(DIFFERENCE_CATEGORIES), amountMicros: microsSchema });

export const invoiceComparisonSchema = z
  .object({
    campaignId: z.string(),
    ...periodMembers,
    reportedMicros: microsSchema,
    netMicros: microsSchema,
    differenceMicros: microsSchema,
    unexplainedMicros: microsSchema,
    byCategory: z.array(explanationSchema),
    days: z.array(
      z.object({
        day: z.string(),
        reportedMicros: microsSchema,
        netMicros: microsSchema,
        differenceMicros: microsSchema,
        explanations: z
          .array(explanationSchema)
          .meta({ description: 'They add up to the difference, within the tolerance.' }),
        counts: z
          .object({
            impressions: z.int().nullable(),
            clicks: z.int().nullable(),
            conversions: z.int().nullable(),
          })
          .meta({ description: 'Reported less ours; null for what was not reported.' }),
        quarantined: z.int(),
      }),
    ),
    ignoredLines: z.int().meta({ description: 'Of other campaigns, or of days outside the period.' }),
  })
  .meta({ id: 'InvoiceComparison' });
export type InvoiceComparisonResponse = z.output<typeof invoiceComparisonSchema>;

/** A period that is closed. */
export const closedPeriodSchema = z
  .object({
    campaignId: z.string(),
    ...periodMembers,
    closedAt: instantSchema,
    closedBy: z.string(),
    figures: reconciledFiguresSchema,
    digest: z.string(),
    range: z.object({ stream: z.string(), toRevision: z.int() }),
    revision: z.int(),
    holds: z.boolean().nullable().meta({
      description: 'Whether the ledger still comes to the same figures; null where it was not asked again.',
    }),
  })
  .meta({ id: 'ClosedPeriod' });
export type ClosedPeriodResponse = z.output<typeof closedPeriodSchema>;

export const closedPeriodsSchema = z
  .object({ items: z.array(closedPeriodSchema) })
  .meta({ id: 'ClosedPeriods' });
