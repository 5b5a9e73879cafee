import { z } from 'zod';
import { instantSchema } from './primitives.js';

/** What a command is, wherever it is told. */
export const commandShape = {
  schemaVersion: z.literal(1),
  commandId: z.string(),
  command: z.string(),
  campaignId: z.string(),
  advertiserId: z.string().nullable(),
  sequence: z.int(),
  issuedAt: instantSchema,
  expiresAt: instantSchema,
  ruleId: z.string(),
  ruleRevision: z.int(),
  severity: z.enum(['info', 'warning', 'critical']),
  reason: z.string(),
  facts: z.record(z.string(), z.unknown()),
  params: z.record(z.string(), z.unknown()),
  cause: z.object({ stream: z.string(), revision: z.int() }),
  links: z.object({ explanation: z.string() }),
};

export const COMMAND_NAMES = [
  'PauseCampaign',
  'ResumeCampaign',
  'AdjustDailyBudget',
  'AdjustBid',
  'NotifyOwner',
] as const;

/** The `Detail` on the bus, word for word: what a campaign system can rely on. More members may come; those here stay. */
export const commandDetailSchema = z
  .object({
    ...commandShape,
    command: z.enum(COMMAND_NAMES),
    commandId: z.uuid().meta({ description: 'De-duplicate on it: a command may come more than once.' }),
    sequence: z
      .int()
      .min(1)
      .meta({ description: 'Per campaign, without a gap. Ignore what is not above the last one applied.' }),
    expiresAt: instantSchema.meta({ description: 'Ignore the command from then on.' }),
    reason: z.string().meta({ description: 'One sentence that a person reads.' }),
    facts: z
      .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.string())]))
      .meta({ description: 'As they were at the decision.' }),
  })
  .meta({ id: 'CommandDetail' });
