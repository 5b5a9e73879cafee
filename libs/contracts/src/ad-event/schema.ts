import { z } from 'zod';
import {
  currency,
  eventId,
  identifier,
  instant,
  labels,
  micros,
  period,
  price,
  text,
  userId,
} from './fields.js';

const common = {
  eventId: eventId.optional(),
  occurredAt: instant,
  campaignId: identifier,
  advertiserId: identifier.optional(),
  adGroupId: identifier.optional(),
  creativeId: identifier.optional(),
  placementId: identifier.optional(),
  exchange: text.optional(),
  auctionId: identifier.optional(),
  impressionId: identifier.optional(),
  userId: userId.optional(),
  device: text.optional(),
  country: text.optional(),
  region: text.optional(),
  ivt: z.enum(['givt', 'sivt']).optional(),
  labels: labels.optional(),
};

/** A billable, delivered impression (OpenRTB 2.6 `burl`, never the win notice). */
export const impressionSchema = z
  .strictObject({ type: z.literal('impression'), ...common, price: price('CPM').optional() })
  .meta({ id: 'ImpressionEvent' });

/** An MRC viewable impression: half the pixels for a second, two for video. */
export const viewSchema = z
  .strictObject({
    type: z.literal('view'),
    ...common,
    impressionId: identifier,
    price: price('vCPM').optional(),
  })
  .meta({ id: 'ViewEvent' });

/** A click. */
export const clickSchema = z
  .strictObject({
    type: z.literal('click'),
    ...common,
    clickId: identifier.optional(),
    price: price('CPC').optional(),
  })
  .meta({ id: 'ClickEvent' });

/** What the advertiser wanted to happen, and what it was worth. */
export const conversionSchema = z
  .strictObject({
    type: z.literal('conversion'),
    ...common,
    conversionId: identifier,
    orderId: identifier.optional(),
    valueMicros: micros.optional(),
    price: price('CPA').optional(),
  })
  .meta({ id: 'ConversionEvent' });

/** A platform's cost report. */
export const spendSchema = z
  .strictObject({
    type: z.literal('spend'),
    ...common,
    amountMicros: micros,
    currency,
    period: period.optional(),
  })
  .meta({ id: 'SpendEvent' });

/** A signed correction of net spend. It must say what it corrects, or nobody could audit it. */
export const adjustmentSchema = z
  .strictObject({
    type: z.literal('adjustment'),
    ...common,
    amountMicros: micros,
    currency,
    reason: z.enum(['ivt', 'overdelivery-credit', 'reconciliation', 'late']),
    originalEventId: eventId.optional(),
    originalPeriod: period.optional(),
  })
  .refine(
    (adjustment) => adjustment.originalEventId !== undefined || adjustment.originalPeriod !== undefined,
    'must name the event (originalEventId) or the period (originalPeriod) that it corrects',
  )
  .meta({
    id: 'AdjustmentEvent',
    anyOf: [{ required: ['originalEventId'] }, { required: ['originalPeriod'] }],
  });

/** One ad event as its producer sends it (domain.md §2, schemaVersion 1). Unknown fields are refused, except under `labels`. */
export const adEventSchema = z
  .discriminatedUnion('type', [
    impressionSchema,
    viewSchema,
    clickSchema,
    conversionSchema,
    spendSchema,
    adjustmentSchema,
  ])
  .meta({ id: 'AdEvent', type: 'object', discriminator: { propertyName: 'type' } });

/** An ad event on the wire: `eventId` may be missing, `occurredAt` may have any offset, `userId` is the producer's. */
export type WireAdEvent = z.input<typeof adEventSchema>;
