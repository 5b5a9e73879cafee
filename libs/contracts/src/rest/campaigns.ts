import { DAY_PARTS_MAX, OVERDELIVERY_MAX, TAGS_MAX } from '@flightdeck/domain';
import { z } from 'zod';
import { commandStateSchema } from './commands.js';
import {
  currencySchema,
  idSchema,
  instantInputSchema,
  instantSchema,
  microsSchema,
  nameSchema,
  pageQuery,
  pageSchema,
  reasonSchema,
  timezoneSchema,
} from './primitives.js';

const TAG_LENGTH_MAX = 64;
const WEEKDAYS = 7;
const HOURS = 24;

const capSchema = microsSchema.min(1);
const tagsSchema = z.array(z.string().trim().min(1).max(TAG_LENGTH_MAX)).max(TAGS_MAX);
const flightInputSchema = z.strictObject({ start: instantInputSchema, end: instantInputSchema });
export const budgetInputMembers = {
  dailyMicros: capSchema.optional(),
  lifetimeMicros: capSchema.optional(),
};
const budgetInputSchema = z.strictObject(budgetInputMembers);
const modeSchema = z.enum(['even', 'ahead', 'asap', 'traffic']);
const curveSchema = z.array(z.array(z.number().min(0)).length(HOURS)).length(WEEKDAYS);
const pacingInputSchema = z.strictObject({
  mode: modeSchema,
  tolerance: z.number().min(0).max(1),
  curve: curveSchema.optional(),
  overdelivery: z.number().min(1).max(OVERDELIVERY_MAX).optional().meta({
    description: "The platform may spend so many times a day's highest daily budget (Google Ads: 2).",
  }),
});
const dayPartInputSchema = z.strictObject({
  weekday: z.int().min(1).max(WEEKDAYS),
  fromHour: z
    .int()
    .min(0)
    .max(HOURS - 1),
  toHour: z.int().min(1).max(HOURS),
});
const dayPartsInputSchema = z.array(dayPartInputSchema).max(DAY_PARTS_MAX);
const pricingInputSchema = z.strictObject({
  model: z.enum(['CPM', 'vCPM', 'CPC', 'CPA']),
  micros: capSchema,
});

export const registerCampaignSchema = z
  .strictObject({
    campaignId: idSchema,
    name: nameSchema,
    advertiserId: idSchema,
    currency: currencySchema,
    timezone: timezoneSchema,
    flight: flightInputSchema,
    budget: budgetInputSchema,
    pacing: pacingInputSchema,
    dayParts: dayPartsInputSchema.optional(),
    tags: tagsSchema.default([]),
    pricing: pricingInputSchema.optional(),
    reason: reasonSchema.optional(),
  })
  .meta({ id: 'RegisterCampaign' });
export type RegisterCampaignRequest = z.output<typeof registerCampaignSchema>;

/** Members not given stay as they are. */
export const changeCampaignSchema = z
  .strictObject({
    name: nameSchema.optional(),
    tags: tagsSchema.optional(),
    flight: flightInputSchema.optional(),
    pacing: pacingInputSchema.optional(),
    dayParts: dayPartsInputSchema.optional(),
    reason: reasonSchema.optional(),
  })
  .refine((body) => Object.keys(body).some((member) => member !== 'reason'), 'must change something')
  .meta({ id: 'ChangeCampaign' });
export type ChangeCampaignRequest = z.output<typeof changeCampaignSchema>;

export const changeBudgetSchema = z
  .strictObject({ ...budgetInputMembers, reason: reasonSchema.optional() })
  .meta({ id: 'ChangeBudget', description: 'The whole budget: a cap not given is lifted.' });
export type ChangeBudgetRequest = z.output<typeof changeBudgetSchema>;

/** Body of pause and resume, which may also come without one. */
export const reasonBodySchema = z.strictObject({ reason: reasonSchema.optional() }).meta({ id: 'Reason' });
export type ReasonRequest = z.output<typeof reasonBodySchema>;

export const budgetSchema = z.object({
  dailyMicros: microsSchema.optional(),
  lifetimeMicros: microsSchema.optional(),
});

export const campaignSchema = z
  .object({
    campaignId: z.string(),
    name: z.string(),
    advertiserId: z.string(),
    currency: z.string(),
    timezone: z.string(),
    flight: z.object({ start: instantSchema, end: instantSchema }),
    budget: budgetSchema,
    pacing: z.object({
      mode: modeSchema,
      tolerance: z.number(),
      curve: z.array(z.array(z.number())).optional(),
      overdelivery: z.number().optional(),
    }),
    dayParts: z.array(z.object({ weekday: z.int(), fromHour: z.int(), toHour: z.int() })).optional(),
    tags: z.array(z.string()),
    pricing: z.object({ model: z.string(), micros: microsSchema }).optional(),
    status: z.enum(['active', 'paused', 'ended']),
    registeredAt: instantSchema,
    revision: z.int().meta({ description: 'Also the ETag.' }),
  })
  .meta({ id: 'Campaign' });
export type CampaignResponse = z.output<typeof campaignSchema>;

/** A campaign in a list, with how it does today. */
export const campaignItemSchema = z
  .object({
    ...campaignSchema.shape,
    today: z.object({
      spendMicros: microsSchema,
      budgetMicros: microsSchema.nullable().meta({ description: 'Of the day; null without a cap.' }),
      expectedMicros: microsSchema.nullable(),
      forecastMicros: microsSchema.nullable().meta({ description: 'At the end of the day.' }),
      exhaustsAt: instantSchema.nullable(),
      utilization: z.number().nullable(),
      pacingIndex: z.number().nullable(),
      risk: z.number().meta({
        description: '0 is on plan; what the forecast or the pace is off, as a share. Highest first.',
      }),
    }),
    lastCommand: z
      .object({
        commandId: z.string(),
        command: z.string(),
        state: commandStateSchema,
        issuedAt: instantSchema,
      })
      .nullable()
      .meta({ description: 'The newest command to the campaign.' }),
  })
  .meta({ id: 'CampaignItem' });
export type CampaignItemResponse = z.output<typeof campaignItemSchema>;

export const campaignPageSchema = pageSchema(campaignItemSchema).meta({ id: 'CampaignPage' });

export const campaignsQuerySchema = z.strictObject({
  ...pageQuery,
  status: z.enum(['active', 'paused', 'ended']).optional(),
  advertiserId: idSchema.optional(),
  tag: z.string().min(1).max(TAG_LENGTH_MAX).optional(),
  sort: z.enum(['campaignId', 'risk']).default('campaignId'),
});
export type CampaignsQuery = z.output<typeof campaignsQuerySchema>;

/** One fact of the past: who, when, why, and what it says (with the old value where there was one). */
export const historyItemSchema = z
  .object({
    revision: z.int(),
    type: z.string(),
    at: instantSchema,
    actor: z.string(),
    reason: z.string().optional(),
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'HistoryItem' });
export type HistoryItemResponse = z.output<typeof historyItemSchema>;

export const historyPageSchema = pageSchema(historyItemSchema).meta({ id: 'HistoryPage' });
export const pageQuerySchema = z.strictObject(pageQuery);
export type PageQuery = z.output<typeof pageQuerySchema>;
