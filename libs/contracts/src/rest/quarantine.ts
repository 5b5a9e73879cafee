import { z } from 'zod';
import { instantSchema, pageQuery, pageSchema } from './primitives.js';

const RECORD_BASE64_MAX = 96 * 1024;

export const quarantineReasonSchema = z.enum([
  'malformed',
  'schema',
  'too-late',
  'in-the-future',
  'id-conflict',
  'currency-mismatch',
  'too-large',
]);

export const quarantineQuerySchema = z.strictObject({
  ...pageQuery,
  state: z.enum(['open', 'redriven']).optional(),
  reason: quarantineReasonSchema.optional(),
});
export type QuarantineQuery = z.output<typeof quarantineQuerySchema>;

export const quarantinedSchema = z
  .object({
    id: z.string(),
    partition: z.int(),
    reason: quarantineReasonSchema,
    detail: z.string(),
    source: z.string(),
    receivedAt: instantSchema,
    bytesBase64: z.string().meta({ description: 'The record as it came, at most 64 KiB of it.' }),
    truncated: z.boolean(),
    state: z.enum(['open', 'redriven']),
  })
  .meta({ id: 'Quarantined' });
export type QuarantinedResponse = z.output<typeof quarantinedSchema>;

export const quarantinePageSchema = pageSchema(quarantinedSchema).meta({ id: 'QuarantinePage' });

export const redriveSchema = z
  .strictObject({
    record: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'The corrected record; absent: as it came.' }),
    bytesBase64: z
      .base64()
      .max(RECORD_BASE64_MAX)
      .optional()
      .meta({ description: 'The corrected record as bytes.' }),
    admitAs: z.enum(['correction', 'adjustment']).default('correction').meta({
      description: 'adjustment: the cost of a too-late record, booked today.',
    }),
  })
  .refine(
    (body) => body.record === undefined || body.bytesBase64 === undefined,
    'takes record or bytesBase64, not both',
  )
  .meta({ id: 'Redrive' });
export type RedriveBody = z.output<typeof redriveSchema>;

export const redriveResultSchema = z
  .object({
    id: z.string(),
    outcome: z.enum(['accepted', 'duplicate', 'quarantined']),
    eventId: z.string().optional(),
    reason: quarantineReasonSchema.optional(),
    detail: z.string().optional(),
  })
  .meta({ id: 'RedriveResult' });
export type RedriveResultResponse = z.output<typeof redriveResultSchema>;
