import { z } from 'zod';
import { instantSchema, ledgerPositionSchema, reasonSchema } from './primitives.js';
import { ruleSchema } from './rules.js';

const conditionSchema = z.looseObject({ result: z.boolean() }).meta({
  description:
    'A group (all, any, not) with its members, or a comparison with fact, operator, value, factResult and valueResult.',
});

const guardSchema = z
  .object({
    guard: z.string(),
    asked: z.unknown(),
    saw: z.unknown().meta({ description: 'What it was held against when the rule fired.' }),
    passed: z.boolean(),
  })
  .meta({ id: 'GuardConsulted' });
export type GuardConsultedResponse = z.output<typeof guardSchema>;

/** Why a command was issued: what was known, what was asked, and the same decision made once more from the record. */
export const explanationSchema = z
  .object({
    commandId: z.string(),
    sentence: z.string(),
    decidedAt: instantSchema,
    cause: ledgerPositionSchema.meta({ description: 'Every event of the campaign up to here was counted.' }),
    recordedAt: ledgerPositionSchema.meta({ description: 'Where the decision stands in the ledger.' }),
    facts: z.record(z.string(), z.unknown()),
    factRanges: z
      .record(
        z.string(),
        z
          .object({
            stream: z.string(),
            fromRevision: z.int(),
            toRevision: z.int(),
            siblings: z.boolean().meta({
              description: "What the advertiser's other campaigns had spent by then is in it too.",
            }),
          })
          .nullable(),
      )
      .meta({
        description:
          "By fact: the events of the campaign that it was counted from. Null for what comes of the campaign's terms or of the clock alone.",
      }),
    rule: z
      .object({ ...ruleSchema.shape })
      .nullable()
      .meta({ description: 'The revision that fired, word for word.' }),
    conditions: conditionSchema.nullable(),
    guards: z.array(guardSchema),
    byHand: z
      .object({
        kind: z.enum(['undo', 'redrive']),
        commandId: z.string(),
        actor: z.string(),
        reason: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'A person ordered it; no rule has fired.' }),
    reevaluation: z
      .object({
        matched: z.boolean(),
        commandId: z.string().meta({ description: 'Worked out again from the record.' }),
        same: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'Explanation' });
export type ExplanationResponse = z.output<typeof explanationSchema>;

/** Why a person orders something again or takes it back. */
export const byHandSchema = z.strictObject({ reason: reasonSchema.optional() }).meta({ id: 'ByHand' });
export type ByHandRequest = z.output<typeof byHandSchema>;
