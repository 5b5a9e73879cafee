import { z } from 'zod';
import { commandShape } from './command-detail.js';
import { idSchema, instantSchema, pageSchema, LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from './primitives.js';

const ACK_DETAIL_LENGTH_MAX = 1_000;

export const commandStateSchema = z.enum(['issued', 'dispatched', 'acknowledged', 'expired', 'failed']);

export const commandsQuerySchema = z.strictObject({
  campaignId: idSchema.optional(),
  ruleId: idSchema.optional(),
  state: commandStateSchema.optional(),
  unacknowledged: z
    .literal('true')
    .optional()
    .meta({ description: 'Only commands that were not answered in time, whatever became of them.' }),
  after: z.string().min(1).max(1024).optional().meta({ description: 'What the page before said as next.' }),
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
});
export type CommandsQuery = z.output<typeof commandsQuerySchema>;

/** A command: what went over the bus, and what became of it. */
export const commandSchema = z
  .object({
    ...commandShape,
    state: commandStateSchema,
    stateAt: instantSchema,
    dispatches: z
      .int()
      .meta({ description: 'Attempts of the delivery that succeeded or failed last; 0 before the first.' }),
    bus: z.string().nullable(),
    error: z.string().nullable(),
    unacknowledgedAt: instantSchema.nullable().meta({
      description: 'When the alert was raised that nobody had answered in time; null when it never was.',
    }),
    acknowledgement: z
      .object({
        outcome: z.enum(['applied', 'rejected', 'superseded']),
        detail: z.string().nullable(),
        actor: z.string(),
        at: instantSchema,
      })
      .nullable(),
  })
  .meta({ id: 'Command' });
export type CommandResponse = z.output<typeof commandSchema>;

export const commandPageSchema = pageSchema(commandSchema).meta({ id: 'CommandPage' });

export const acknowledgeSchema = z
  .strictObject({
    outcome: z.enum(['applied', 'rejected', 'superseded']),
    detail: z.string().min(1).max(ACK_DETAIL_LENGTH_MAX).optional(),
  })
  .meta({ id: 'Acknowledge' });
export type AcknowledgeRequest = z.output<typeof acknowledgeSchema>;
