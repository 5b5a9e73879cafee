import { z } from 'zod';
import { idSchema, reasonSchema } from './primitives.js';
import { conditionsSchema } from './rules.js';

const MEANING_LENGTH_MAX = 500;

/** A condition that rules name instead of saying it: `{"condition": "<id>"}`. */
export const writeSharedConditionSchema = z
  .strictObject({
    meaning: z.string().trim().min(1).max(MEANING_LENGTH_MAX).meta({ description: 'For those who use it.' }),
    conditions: conditionsSchema,
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'WriteSharedCondition' });
export type WriteSharedConditionRequest = z.output<typeof writeSharedConditionSchema>;

const usedBySchema = z.object({
  ruleId: z.string(),
  ruleRevision: z.int(),
  mode: z.string(),
  uses: z.int().meta({ description: 'The revision of the condition that the rule was saved with.' }),
});

export const sharedConditionSchema = z
  .object({
    conditionId: z.string(),
    revision: z.int().meta({ description: 'Also the ETag.' }),
    meaning: z.string(),
    conditions: z.record(z.string(), z.unknown()),
    author: z.string(),
    retired: z.boolean(),
    usedBy: z.array(usedBySchema),
  })
  .meta({ id: 'SharedCondition' });
export type SharedConditionResponse = z.output<typeof sharedConditionSchema>;

export const sharedConditionsSchema = z
  .object({ items: z.array(sharedConditionSchema) })
  .meta({ id: 'SharedConditions' });

/** What became of each rule that was to take up a condition's newest revision. */
export const appliedConditionSchema = z
  .object({
    conditionId: z.string(),
    revision: z.int(),
    items: z.array(
      z.object({
        ruleId: z.string(),
        outcome: z.enum(['revised', 'refused']),
        revision: z.int().nullable(),
        code: z.string().nullable().meta({ description: 'Why it was refused; stable.' }),
      }),
    ),
  })
  .meta({ id: 'AppliedCondition' });
export type AppliedConditionResponse = z.output<typeof appliedConditionSchema>;

export const conditionParamSchema = idSchema;
