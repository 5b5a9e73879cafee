import { z } from 'zod';
import { campaignSchema } from './campaigns.js';
import { metricPointSchema, metricsQueryMembers } from './metrics.js';
import { pacingSchema } from './pacing.js';
import { instantSchema } from './primitives.js';
import { momentSchema } from './replays.js';
import { ruleSchema } from './rules.js';

export const asOfQuerySchema = z.strictObject({ asOf: momentSchema });
export type AsOfQuery = z.output<typeof asOfQuerySchema>;

/** What every answer about a moment says of the moment. */
const momentMembers = {
  asOf: instantSchema.meta({ description: 'The moment; of a position, when its last event was recorded.' }),
  heads: z
    .array(z.object({ stream: z.string(), revision: z.int() }))
    .meta({ description: 'Last event of each stream at the moment; -1 before its first.' }),
};

const THEN = 'From what had arrived by the moment: what was shown then.';
const NOW = 'From everything that is known now of what had occurred by the moment.';

/** `GET /v1/audit/campaigns/{campaignId}?asOf=`: what the console showed, and what it would show with what is known now. */
export const campaignAsOfSchema = z
  .object({
    campaignId: z.string(),
    ...momentMembers,
    campaign: campaignSchema.nullable().meta({ description: 'Null while nobody had registered it.' }),
    knownThen: z.object({ pacing: pacingSchema }).meta({ description: THEN }),
    knownNow: z.object({ pacing: pacingSchema }).meta({ description: NOW }),
    rules: z
      .array(ruleSchema)
      .meta({ description: 'The rules that governed the campaign, as they were written then.' }),
  })
  .meta({ id: 'CampaignAsOf' });
export type CampaignAsOfResponse = z.output<typeof campaignAsOfSchema>;

export const metricsAsOfQuerySchema = z
  .strictObject({ asOf: momentSchema, ...metricsQueryMembers })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' });
export type MetricsAsOfQuery = z.output<typeof metricsAsOfQuerySchema>;

const pointsSchema = z.object({ points: z.array(metricPointSchema) });

export const metricsAsOfSchema = z
  .object({
    campaignId: z.string(),
    ...momentMembers,
    step: metricsQueryMembers.step,
    from: instantSchema,
    to: instantSchema,
    knownThen: pointsSchema.meta({ description: THEN }),
    knownNow: pointsSchema.meta({ description: NOW }),
  })
  .meta({ id: 'MetricsAsOf' });
export type MetricsAsOfResponse = z.output<typeof metricsAsOfSchema>;

export const ruleAsOfSchema = z
  .object({ ruleId: z.string(), ...momentMembers, rule: ruleSchema.nullable() })
  .meta({ id: 'RuleAsOf' });
export type RuleAsOfResponse = z.output<typeof ruleAsOfSchema>;
