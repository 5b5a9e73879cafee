import { z } from 'zod';
import { budgetInputMembers, budgetSchema } from './campaigns.js';
import {
  currencySchema,
  instantSchema,
  microsSchema,
  pageQuery,
  pageSchema,
  reasonSchema,
} from './primitives.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const advertiserBudgetSchema = z
  .strictObject({
    ...budgetInputMembers,
    currency: currencySchema,
    reason: reasonSchema.optional(),
  })
  .meta({
    id: 'ChangeAdvertiserBudget',
    description: 'The whole budget, which all campaigns in its currency share: a cap not given is lifted.',
  });
export type ChangeAdvertiserBudgetRequest = z.output<typeof advertiserBudgetSchema>;

const spentSchema = z.object({
  todayMicros: microsSchema,
  todayNanos: z.int(),
  lifetimeMicros: microsSchema,
  lifetimeNanos: z.int(),
});
export type SpentResponse = z.output<typeof spentSchema>;

export const capLevelSchema = z.enum(['advertiser', 'campaign', 'adGroup']);

/** A place in the budget tree and the cap that binds there. */
export const capSchema = z
  .object({
    level: capLevelSchema.meta({ description: 'The level of the tree that leaves the least today.' }),
    todayMicros: microsSchema.nullable().meta({ description: "The day's budget under it." }),
    remainingTodayMicros: microsSchema.nullable().meta({ description: 'Below 0 once overspent.' }),
  })
  .meta({ id: 'Cap' });
export type CapResponse = z.output<typeof capSchema>;

export const advertiserSchema = z
  .object({
    advertiserId: z.string(),
    currency: z.string().nullable().meta({
      description: 'Of the budget; without one, of its campaigns, and null when they have several.',
    }),
    budget: budgetSchema.nullable(),
    day: z.string().meta({ description: 'A calendar date: each campaign counts with its own day of it.' }),
    spend: spentSchema
      .nullable()
      .meta({ description: 'Net, of all campaigns in the currency; null without one.' }),
    remainingTodayMicros: microsSchema.nullable(),
    remainingMicros: microsSchema.nullable(),
    utilization: z.number().nullable().meta({ description: "Of the day's budget, else of the lifetime's." }),
    campaigns: z.int().meta({ description: 'Registered ones.' }),
    leftOut: z.int().meta({ description: 'Of these in another currency: not summed up, and not held.' }),
    changedAt: instantSchema.nullable(),
    revision: z.int().nullable().meta({ description: 'Also the ETag; null while nobody gave it a budget.' }),
  })
  .meta({ id: 'Advertiser' });
export type AdvertiserResponse = z.output<typeof advertiserSchema>;

export const advertiserPageSchema = pageSchema(advertiserSchema).meta({ id: 'AdvertiserPage' });

const dayQuery = {
  day: z
    .string()
    .regex(DAY, 'must be YYYY-MM-DD')
    .optional()
    .meta({ description: 'A calendar date; UTC’s of now unless given.' }),
};
export const advertiserQuerySchema = z.strictObject(dayQuery);
export type AdvertiserQuery = z.output<typeof advertiserQuerySchema>;
export const advertisersQuerySchema = z.strictObject({ ...pageQuery, ...dayQuery });
export type AdvertisersQuery = z.output<typeof advertisersQuerySchema>;

export const adGroupSchema = z
  .object({
    adGroupId: z.string().meta({
      description: '`*` sums up what is beyond the ad groups whose spend is told apart.',
    }),
    budget: budgetSchema.nullable(),
    spend: spentSchema,
    cap: capSchema
      .omit({ todayMicros: true })
      .nullable()
      .meta({ id: 'AdGroupCap', description: 'Null without any.' }),
    utilization: z.number().nullable().meta({ description: 'Of its own daily budget.' }),
    measured: z.boolean().meta({
      description: 'False: its spend is not told apart from others, so its budget is held against nothing.',
    }),
  })
  .meta({ id: 'AdGroup' });
export type AdGroupResponse = z.output<typeof adGroupSchema>;

export const adGroupsSchema = z
  .object({ items: z.array(adGroupSchema), revision: z.int().meta({ description: 'Also the ETag.' }) })
  .meta({ id: 'AdGroups' });
export type AdGroupsResponse = z.output<typeof adGroupsSchema>;

/** A campaign in its advertiser's tree. */
export const treeCampaignSchema = z
  .object({
    campaignId: z.string(),
    name: z.string(),
    currency: z.string(),
    status: z.enum(['active', 'paused', 'ended']),
    day: z.string(),
    budget: budgetSchema,
    spend: spentSchema,
    cap: capSchema.nullable().meta({ description: 'Null without any.' }),
    utilization: z.number().nullable(),
    adGroups: z.array(adGroupSchema),
  })
  .meta({ id: 'TreeCampaign' });
export type TreeCampaignResponse = z.output<typeof treeCampaignSchema>;

export const treePageSchema = pageSchema(treeCampaignSchema).meta({ id: 'TreePage' });
