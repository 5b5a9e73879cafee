import { z } from 'zod';
import { instantSchema, reasonSchema } from './primitives.js';

const USER_ID_LENGTH_MAX = 256;

/** As producers send it. */
export const userIdSchema = z.string().min(1).max(USER_ID_LENGTH_MAX);

export const eraseQuerySchema = z.strictObject({ reason: reasonSchema.optional() });
export type EraseQuery = z.output<typeof eraseQuerySchema>;

export const erasureSchema = z
  .object({
    pseudonym: z
      .string()
      .meta({ description: 'What stood for the person in the ledger; it is linked to nobody now.' }),
    erasedAt: instantSchema,
  })
  .meta({ id: 'Erasure' });
export type ErasureResponse = z.output<typeof erasureSchema>;
