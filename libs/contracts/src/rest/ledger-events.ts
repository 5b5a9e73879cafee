import { z } from 'zod';
import { idSchema, instantInputSchema, instantSchema } from './primitives.js';

export const LEDGER_EVENTS_MAX = 200;
const LEDGER_EVENTS_DEFAULT = 50;
/** Names of streams that a reader may ask for: what the ledger's own streams are named with. */
const STREAM_NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,199}$/;

export const ledgerEventsQuerySchema = z
  .strictObject({
    stream: z.string().regex(STREAM_NAME, 'must be the name of a stream of the ledger').optional(),
    campaignId: idSchema
      .optional()
      .meta({ description: 'The ad events of this campaign, in its partition.' }),
    from: z.coerce.number().int().min(0).optional().meta({
      description: 'A revision of the stream. Without it: from the first forwards, from the last backwards.',
    }),
    at: instantInputSchema.optional().meta({
      description:
        'Instead of `from`: forwards from the first event that was recorded then or later, backwards from the last recorded by then.',
    }),
    order: z.enum(['forwards', 'backwards']).default('forwards'),
    limit: z.coerce.number().int().min(1).max(LEDGER_EVENTS_MAX).default(LEDGER_EVENTS_DEFAULT),
  })
  .refine(({ stream, campaignId }) => (stream === undefined) !== (campaignId === undefined), {
    message: 'names a stream or a campaign, one of the two',
    path: ['stream'],
  })
  .refine(({ from, at }) => from === undefined || at === undefined, {
    message: 'begins at a revision or at a time, not at both',
    path: ['at'],
  });
export type LedgerEventsQuery = z.output<typeof ledgerEventsQuerySchema>;

/** `GET /v1/audit/events`: the ledger as it is. */
export const ledgerEventPageSchema = z
  .object({
    stream: z.string(),
    items: z.array(
      z
        .object({
          stream: z.string(),
          revision: z.int(),
          id: z.string(),
          type: z.string(),
          recordedAt: instantSchema,
          data: z.unknown(),
          metadata: z.unknown(),
        })
        .meta({ id: 'LedgerEvent' }),
    ),
    next: z.int().nullable().meta({
      description: 'Value of `from` for what is left; null at the end. A page of a campaign can be short.',
    }),
  })
  .meta({ id: 'LedgerEventPage' });
export type LedgerEventPageResponse = z.output<typeof ledgerEventPageSchema>;
