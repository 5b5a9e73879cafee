import { z } from 'zod';
import { idSchema, reasonSchema } from './primitives.js';
import { conditionsSchema, definitionShape } from './rules.js';

/** Rules, and shared conditions, in one import; more go in several. */
export const RULES_IMPORTED_MAX = 1_000;

const fileModeSchema = z.enum(['draft', 'active', 'shadow']);

/** A rule as it is kept in a file: what its author wrote, and the mode it should be in. */
export const ruleFileSchema = z
  .strictObject({ ruleId: idSchema, mode: fileModeSchema, ...definitionShape })
  .meta({ id: 'RuleFile' });
export type RuleFile = z.output<typeof ruleFileSchema>;

export const conditionFileSchema = z
  .strictObject({ conditionId: idSchema, meaning: z.string().min(1).max(500), conditions: conditionsSchema })
  .meta({ id: 'ConditionFile' });
export type ConditionFile = z.output<typeof conditionFileSchema>;

export const importRulesSchema = z
  .strictObject({
    conditions: z.array(conditionFileSchema).max(RULES_IMPORTED_MAX).default([]),
    rules: z.array(ruleFileSchema).max(RULES_IMPORTED_MAX).default([]),
    dryRun: z.boolean().default(false).meta({ description: 'Says what would happen and does nothing.' }),
    submit: z.boolean().default(false).meta({
      description: 'Where approval is required: what should be active is written as a draft and submitted.',
    }),
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'ImportRules' });
export type ImportRulesRequest = z.output<typeof importRulesSchema>;

const outcomeSchema = z.object({
  id: z.string(),
  outcome: z.enum(['created', 'revised', 'unchanged', 'submitted', 'refused']),
  code: z.string().nullable().meta({ description: 'Why it was refused; stable.' }),
});
export type ImportOutcome = z.output<typeof outcomeSchema>;

export const importedRulesSchema = z
  .object({ dryRun: z.boolean(), conditions: z.array(outcomeSchema), rules: z.array(outcomeSchema) })
  .meta({ id: 'ImportedRules' });
export type ImportedRulesResponse = z.output<typeof importedRulesSchema>;

export const exportedRulesSchema = z
  .object({
    conditions: z.array(z.object({ ...conditionFileSchema.shape })),
    rules: z.array(z.object({ ruleId: z.string(), mode: fileModeSchema }).loose()),
  })
  .meta({
    id: 'ExportedRules',
    description:
      'Every rule that is not disabled, as an import takes it. One that waits for approval is a draft.',
  });
export type ExportedRulesResponse = z.output<typeof exportedRulesSchema>;
