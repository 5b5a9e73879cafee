import { z } from 'zod';
import { historyItemSchema } from './campaigns.js';
import { commandStateSchema } from './commands.js';
import { idSchema, instantSchema, nameSchema, pageQuery, pageSchema, reasonSchema } from './primitives.js';

const SCOPE_IDS_MAX = 10_000;
const SCOPE_TAGS_MAX = 100;
const MINUTES_MAX = 30 * 24 * 60;
const PARAMS_MAX = 32;
export const RULE_PRIORITY_DEFAULT = 100;

const scopeSchema = z.union([
  z.strictObject({ all: z.literal(true) }),
  z.strictObject({ campaignIds: z.array(idSchema).min(1).max(SCOPE_IDS_MAX) }),
  z.strictObject({ advertiserId: idSchema }),
  z.strictObject({ tags: z.array(z.string().min(1).max(64)).min(1).max(SCOPE_TAGS_MAX) }),
]);

/** Only that it is an object: what may stand inside is checked against the facts catalog, which gives better answers. */
export const conditionsSchema = z.record(z.string(), z.unknown()).meta({
  description:
    'json-rules-engine all/any/not over the facts of GET /v1/facts; {"condition": …} names a shared condition; depth ≤ 8, ≤ 64 conditions.',
});

const scheduleSchema = z.strictObject({
  days: z
    .array(z.int().min(1).max(7))
    .min(1)
    .max(7)
    .optional()
    .meta({ description: 'ISO 8601: 1 is Monday.' }),
  fromHour: z.int().min(0).max(23).optional(),
  toHour: z.int().min(1).max(24).optional(),
  zone: z.string().min(1).max(64).optional().meta({ description: "IANA zone; absent: the campaign's own." }),
});
const SHARE = { error: 'must be a number above 0, at most 100' };
/** A whole number that is told to be one within these limits whatever is wrong with it. */
function whole(min: number, max: number) {
  const told = { error: `must be a whole number from ${min} to ${max}` };
  return z.int(told).min(min, told).max(max, told);
}

const guardsSchema = z.strictObject({
  fireOncePer: z.enum(['day', 'flight', 'none']).optional(),
  cooldownMinutes: whole(0, MINUTES_MAX).optional(),
  maxPerDay: whole(1, 1_000).optional(),
  minSample: z.int().min(0).optional(),
  maxLagSeconds: z.int().min(1).optional(),
  rearmAfterMinutes: whole(0, MINUTES_MAX).optional().meta({
    description:
      'For how long the conditions must have been false, or rearm true, before the rule may fire again.',
  }),
  rearm: conditionsSchema.optional(),
  schedule: scheduleSchema.optional(),
  evenWhenNotServing: z.boolean().optional(),
});
const rolloutSchema = z
  .union([
    z.strictObject({ percent: z.number(SHARE).gt(0, SHARE).max(100, SHARE) }),
    z.strictObject({ tags: z.array(z.string().min(1).max(64)).min(1).max(SCOPE_TAGS_MAX) }),
  ])
  .meta({
    description: 'A share of the campaigns in scope, always the same ones, or those with one of the tags.',
  });

const paramsSchema = z
  .record(z.string().min(1).max(64), z.unknown())
  .refine((params) => Object.keys(params).length <= PARAMS_MAX, `must have at most ${PARAMS_MAX} members`);

const commandNameSchema = z.enum([
  'PauseCampaign',
  'ResumeCampaign',
  'AdjustDailyBudget',
  'AdjustBid',
  'NotifyOwner',
]);
const severitySchema = z.enum(['info', 'warning', 'critical']);

/** What an author writes. */
export const definitionShape = {
  name: nameSchema,
  scope: scopeSchema,
  conditions: conditionsSchema,
  action: z.strictObject({ command: commandNameSchema, params: paramsSchema.default({}) }),
  severity: severitySchema,
  guards: guardsSchema
    .default({})
    .meta({ description: 'Absent: once per local day, no cooldown, no minimum sample.' }),
  priority: whole(1, 1_000).default(RULE_PRIORITY_DEFAULT),
  rollout: rolloutSchema.optional(),
};
const written = {
  mode: z.enum(['draft', 'active', 'shadow']).default('draft'),
  reason: reasonSchema.optional(),
};
const RULE_MODES = ['draft', 'pending', 'active', 'shadow', 'disabled'] as const;

export const createRuleSchema = z
  .strictObject({ ruleId: idSchema.optional(), ...definitionShape, ...written })
  .meta({ id: 'CreateRule' });
export type CreateRuleRequest = z.output<typeof createRuleSchema>;

export const reviseRuleSchema = z.strictObject({ ...definitionShape, ...written }).meta({ id: 'ReviseRule' });
export type ReviseRuleRequest = z.output<typeof reviseRuleSchema>;

export const ruleSchema = z
  .object({
    ruleId: z.string(),
    revision: z.int().meta({ description: 'Also the ETag.' }),
    mode: z.enum(RULE_MODES),
    author: z.string(),
    authorPerson: z
      .string()
      .nullable()
      .meta({ description: 'The person behind the author; null when the key names nobody.' }),
    hash: z.string().meta({ description: 'Names what the author wrote, whatever the order of its keys.' }),
    name: z.string(),
    scope: z.union([
      z.object({ all: z.literal(true) }),
      z.object({ campaignIds: z.array(z.string()) }),
      z.object({ advertiserId: z.string() }),
      z.object({ tags: z.array(z.string()) }),
    ]),
    conditions: z.record(z.string(), z.unknown()),
    action: z.object({ command: commandNameSchema, params: z.record(z.string(), z.unknown()) }),
    severity: severitySchema,
    guards: z.record(z.string(), z.unknown()),
    priority: z.int(),
    rollout: rolloutSchema.nullable(),
    shared: z
      .record(z.string(), z.object({ revision: z.int(), conditions: z.record(z.string(), z.unknown()) }))
      .meta({ description: 'The revisions of the shared conditions that the rule was saved with.' }),
    submission: z
      .object({
        actor: z.string(),
        person: z.string().nullable(),
        wanted: z.enum(['active', 'shadow']),
        hash: z.string(),
        expiresAt: instantSchema,
      })
      .nullable()
      .meta({ description: 'While it waits for approval.' }),
  })
  .meta({ id: 'Rule' });
export type RuleResponse = z.output<typeof ruleSchema>;

/** A rule, and the command that it issued last. */
export const ruleItemSchema = z
  .object({
    ...ruleSchema.shape,
    lastCommand: z
      .object({
        commandId: z.string(),
        campaignId: z.string(),
        issuedAt: instantSchema,
        state: commandStateSchema,
      })
      .nullable()
      .meta({ description: 'The newest that it issued, by whichever revision; null when it never fired.' }),
  })
  .meta({ id: 'RuleItem' });
export type RuleItemResponse = z.output<typeof ruleItemSchema>;

export const rulePageSchema = pageSchema(ruleItemSchema).meta({ id: 'RulePage' });

export const rulesQuerySchema = z.strictObject({
  ...pageQuery,
  mode: z.enum(RULE_MODES).optional(),
});
export type RulesQuery = z.output<typeof rulesQuerySchema>;

/** One revision: who, when, why, what it says, and what is different from the definition before. */
export const ruleHistoryPageSchema = pageSchema(
  z.object({
    ...historyItemSchema.shape,
    changes: z.array(
      z.object({ pointer: z.string(), before: z.unknown().optional(), after: z.unknown().optional() }),
    ),
  }),
).meta({ id: 'RuleHistoryPage' });
export type RuleHistoryResponse = z.output<typeof ruleHistoryPageSchema>;

/** Asks that the rule's present definition be approved for a mode. */
export const submitRuleSchema = z
  .strictObject({ wanted: z.enum(['active', 'shadow']).default('active'), reason: reasonSchema.optional() })
  .meta({ id: 'SubmitRule' });
export type SubmitRuleRequest = z.output<typeof submitRuleSchema>;

/** Names the revision that the approver has read. */
export const approveRuleSchema = z
  .strictObject({ revision: z.int().min(0), reason: reasonSchema.optional() })
  .meta({ id: 'ApproveRule' });
export type ApproveRuleRequest = z.output<typeof approveRuleSchema>;

export const factSchema = z
  .object({
    name: z.string(),
    type: z.string(),
    unit: z.string().nullable(),
    meaning: z.string(),
    example: z.unknown(),
    operators: z.array(z.string()),
  })
  .meta({ id: 'Fact' });
export type FactResponse = z.output<typeof factSchema>;
export const factsSchema = z.object({ items: z.array(factSchema) }).meta({ id: 'Facts' });
