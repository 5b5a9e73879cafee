import { z } from 'zod';
import { instantInputSchema, instantSchema } from './primitives.js';

export const SHADOW_ITEMS_MAX = 1_000;
const SHADOW_ITEMS_DEFAULT = 100;

export const shadowReportQuerySchema = z.strictObject({
  from: instantInputSchema.optional(),
  to: instantInputSchema.optional(),
  limit: z.coerce.number().int().min(1).max(SHADOW_ITEMS_MAX).default(SHADOW_ITEMS_DEFAULT),
});
export type ShadowReportQuery = z.output<typeof shadowReportQuerySchema>;

const issuedBesideSchema = z.object({
  commandId: z.string(),
  ruleId: z.string(),
  command: z.string(),
  issuedAt: instantSchema,
});

/** What a rule in shadow would have ordered, beside what the active rules did order. */
export const shadowReportSchema = z
  .object({
    ruleId: z.string(),
    from: instantSchema.nullable(),
    to: instantSchema,
    campaigns: z.int().meta({ description: 'Campaigns in the scope of the rule that were looked at.' }),
    wouldBe: z.int().meta({ description: 'Commands that it would have issued.' }),
    also: z.int().meta({ description: 'Of these, so many an active rule ordered too, on the same day.' }),
    onlyShadow: z.int().meta({ description: 'Nobody else ordered these.' }),
    onlyActive: z
      .int()
      .meta({ description: 'Commands of the same kind on days on which the shadow would have been silent.' }),
    items: z
      .array(
        z.object({
          campaignId: z.string(),
          at: instantSchema,
          revision: z.int(),
          command: z.string(),
          params: z.record(z.string(), z.unknown()),
          reason: z.string(),
          facts: z.record(z.string(), z.unknown()),
          beside: issuedBesideSchema
            .extend({
              earlierByMs: z
                .int()
                .meta({ description: 'How much later the active rule was; less than 0: earlier.' }),
            })
            .nullable(),
        }),
      )
      .meta({ description: 'What it would have ordered, the newest first; at most limit.' }),
    missed: z
      .array(issuedBesideSchema.extend({ campaignId: z.string() }))
      .meta({ description: 'What active rules ordered and it would not have; at most limit.' }),
  })
  .meta({ id: 'ShadowReport' });
export type ShadowReportResponse = z.output<typeof shadowReportSchema>;
