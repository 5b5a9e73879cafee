import { z } from 'zod';
import { idSchema, instantInputSchema, instantSchema } from './primitives.js';

const SWEEP_VALUES_MAX = 10;
const RULES_BESIDE_MAX = 50;

/** Commands of a variant that are told one by one; all are counted. */
export const BACKTEST_COMMANDS_TOLD_MAX = 1_000;

export const createBacktestSchema = z
  .strictObject({
    from: instantInputSchema,
    to: instantInputSchema,
    sweep: z
      .strictObject({
        pointer: z
          .string()
          .min(1)
          .max(200)
          .meta({ description: 'JSON Pointer into the definition.', examples: ['/conditions/all/0/value'] }),
        values: z.array(z.number()).min(1).max(SWEEP_VALUES_MAX),
      })
      .optional()
      .meta({ description: 'The same rule with each of these values, one beside the other.' }),
    beside: z.array(idSchema).max(RULES_BESIDE_MAX).default([]).meta({
      description: 'Other rules evaluated together with it, so that conflicts are seen.',
    }),
  })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'must be after from' })
  .meta({ id: 'CreateBacktest' });
export type CreateBacktestRequest = z.output<typeof createBacktestSchema>;

const microsByCurrency = z.record(z.string(), z.number());

const wouldBeSchema = z
  .object({
    commandId: z.string(),
    at: instantSchema,
    campaignId: z.string(),
    ruleId: z.string(),
    command: z.string(),
    params: z.record(z.string(), z.unknown()),
    reason: z.string(),
    facts: z.record(z.string(), z.unknown()),
    issued: z.boolean().meta({ description: 'The same command was really issued.' }),
    currency: z.string().nullable(),
    budgetDailyMicros: z.number().nullable(),
    spendMicros: z
      .number()
      .meta({ description: "Net, of the campaign's day, when it would have been issued." }),
    spendAtCloseMicros: z
      .number()
      .meta({ description: 'Net, of that day, as known at the end of the ledger.' }),
    overspendAvoidedMicros: z.number().meta({
      description:
        'An upper bound: what was spent on that day over the budget after a command that restricts. Nobody knows what would have been spent.',
    }),
    falseAlarm: z
      .boolean()
      .meta({ description: 'It restricts, and the day closed within its budget anyway.' }),
  })
  .meta({ id: 'WouldBeCommand' });
export type WouldBeCommandResponse = z.output<typeof wouldBeSchema>;

const variantSchema = z
  .object({
    name: z.string(),
    commands: z.int().meta({ description: 'All that would have been issued.' }),
    campaigns: z.int().meta({ description: 'Campaigns with such commands.' }),
    suppressed: z.int(),
    judged: z.int().meta({
      description:
        'Commands that were held against how their days closed and against what was really issued.',
    }),
    alsoIssued: z.int().meta({ description: 'Of those judged: the same command was really issued.' }),
    falseAlarms: z
      .int()
      .meta({ description: 'Of those judged: it restricts, and the day closed within its budget anyway.' }),
    overspendAvoidedMicros: microsByCurrency.meta({
      description: 'An upper bound, by currency, over those judged.',
    }),
    note: z
      .string()
      .nullable()
      .meta({ description: 'What is not told one by one, in words; null when everything is.' }),
    items: z.array(wouldBeSchema).meta({ description: 'The first, in the order of event time.' }),
  })
  .meta({ id: 'BacktestVariant' });
export type BacktestVariantResponse = z.output<typeof variantSchema>;

const reallyIssuedSchema = z
  .object({
    commandId: z.string(),
    at: instantSchema,
    campaignId: z.string(),
    ruleId: z.string(),
    command: z.string(),
  })
  .meta({ id: 'ReallyIssued' });
export type ReallyIssuedResponse = z.output<typeof reallyIssuedSchema>;

export const backtestResultSchema = z
  .object({
    eventsRead: z.int(),
    eventsInRange: z.int(),
    issued: z.int().meta({ description: 'Commands really issued in the range, by any rule.' }),
    issuedNote: z.string().nullable().meta({ description: 'Which of them are listed, when not all are.' }),
    issuedCommands: z.array(reallyIssuedSchema),
    variants: z.array(variantSchema),
  })
  .meta({ id: 'BacktestResult' });
export type BacktestResultResponse = z.output<typeof backtestResultSchema>;

export const backtestProgressSchema = z
  .object({
    eventsRead: z.int(),
    eventsInRange: z.int(),
    eventsTotal: z.int().meta({ description: 'Ad events of the ledger up to where it reads.' }),
    at: instantSchema.nullable().meta({ description: 'How far the event time has come.' }),
    eventsPerSecond: z.number(),
    remainingSeconds: z.number().nullable(),
    resumedFrom: z
      .int()
      .meta({ description: 'Events that had been read before a restart and were not read again.' }),
  })
  .meta({ id: 'BacktestProgress' });
export type BacktestProgressResponse = z.output<typeof backtestProgressSchema>;

export const backtestSchema = z
  .object({
    backtestId: z.string(),
    ruleId: z.string(),
    ruleRevision: z.int(),
    from: instantSchema,
    to: instantSchema,
    state: z.enum(['waiting', 'running', 'done', 'cancelled', 'failed']),
    requestedBy: z.string(),
    requestedAt: instantSchema,
    finishedAt: instantSchema.nullable(),
    progress: backtestProgressSchema,
    error: z.string().nullable(),
    result: backtestResultSchema.nullable(),
  })
  .meta({ id: 'Backtest' });
export type BacktestResponse = z.output<typeof backtestSchema>;

export const backtestsSchema = z
  .object({ items: z.array(backtestSchema.omit({ result: true })) })
  .meta({ id: 'Backtests' });
