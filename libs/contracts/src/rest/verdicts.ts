import { z } from 'zod';
import { idSchema, instantSchema } from './primitives.js';
import { definitionShape, ruleSchema } from './rules.js';

export const PREVIEW_ITEMS_MAX = 1_000;
const PREVIEW_ITEMS_DEFAULT = 100;
const PREVIEW_CAMPAIGNS_MAX = 10_000;

/** What a rule makes of a campaign just now. */
export const verdictSchema = z
  .object({
    kind: z.enum(['fires', 'suppressed', 'skipped', 'not-matched', 'failed']),
    why: z
      .string()
      .nullable()
      .meta({ description: 'A stable word for why it is skipped or suppressed, or what failed.' }),
    facts: z.record(z.string(), z.unknown()).meta({ description: 'What its conditions looked at.' }),
    command: z
      .object({ command: z.string(), params: z.record(z.string(), z.unknown()), reason: z.string() })
      .nullable()
      .meta({ description: 'The command it would issue.' }),
  })
  .meta({ id: 'Verdict' });
export type VerdictResponse = z.output<typeof verdictSchema>;

const previewOptions = {
  campaignIds: z.array(idSchema).min(1).max(PREVIEW_CAMPAIGNS_MAX).optional().meta({
    description: 'Only these of the campaigns in scope.',
  }),
  limit: z.int().min(1).max(PREVIEW_ITEMS_MAX).default(PREVIEW_ITEMS_DEFAULT),
};

export const previewStoredSchema = z.strictObject(previewOptions).meta({ id: 'PreviewStoredRule' });
export type PreviewStoredRequest = z.output<typeof previewStoredSchema>;

export const previewDraftSchema = z
  .strictObject({ ...definitionShape, ...previewOptions })
  .meta({ id: 'PreviewRule' });
export type PreviewDraftRequest = z.output<typeof previewDraftSchema>;

export const previewSchema = z
  .object({
    evaluatedAt: instantSchema,
    evaluated: z.int().meta({ description: 'Campaigns in scope.' }),
    matched: z.int().meta({ description: 'It would issue a command for so many.' }),
    skipped: z.record(z.string(), z.int()).meta({ description: 'Campaigns by why the rule is silent.' }),
    notMatched: z.int(),
    items: z
      .array(z.object({ campaignId: z.string(), name: z.string().nullable(), verdict: verdictSchema }))
      .meta({
        description: 'Those it would act on first, then those it skips, then the others; at most limit.',
      }),
  })
  .meta({ id: 'Preview' });
export type PreviewResponse = z.output<typeof previewSchema>;

export const campaignRulesSchema = z
  .object({
    campaignId: z.string(),
    evaluatedAt: instantSchema,
    items: z.array(
      z.object({
        ...ruleSchema.shape,
        verdict: verdictSchema,
        lastFiredAt: instantSchema.nullable().meta({ description: 'Of this campaign, in its present mode.' }),
        firedTotal: z.int(),
        lastMatchedAt: instantSchema.nullable().meta({
          description: 'When it last wanted to act, whether it fired, decided as shadow, or was overruled.',
        }),
        lastSuppressed: z
          .object({ at: instantSchema, why: z.string() })
          .nullable()
          .meta({ description: 'When a rule that restricts last overruled it.' }),
        lastBlindAt: instantSchema
          .nullable()
          .meta({ description: 'When its facts were last too old to act on; told once a local day.' }),
      }),
    ),
  })
  .meta({
    id: 'CampaignRules',
    description:
      'The active and shadow rules whose scope holds the campaign, highest priority first: what each makes of it at evaluatedAt, on the code and figures of the live evaluation, and what it last did.',
  });
export type CampaignRulesResponse = z.output<typeof campaignRulesSchema>;
