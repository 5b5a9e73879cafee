import { z } from 'zod';
import { instantSchema, pageQuery, pageSchema } from './primitives.js';

const ACTION_LENGTH_MAX = 64;
const ACTOR_LENGTH_MAX = 200;

export const accessQuerySchema = z.strictObject({
  ...pageQuery,
  action: z.string().min(1).max(ACTION_LENGTH_MAX).optional(),
  actor: z.string().min(1).max(ACTOR_LENGTH_MAX).optional(),
});
export type AccessQuery = z.output<typeof accessQuerySchema>;

/** One use of a route that is booked. */
export const accessSchema = z
  .object({
    revision: z.int().meta({ description: 'In stream access-audit.' }),
    action: z.string(),
    actor: z.string(),
    role: z.string(),
    person: z.string().nullable(),
    route: z.string(),
    parameters: z.record(z.string(), z.string()),
    correlationId: z.string().nullable(),
    at: instantSchema,
  })
  .meta({ id: 'BookedAccess' });
export type AccessResponse = z.output<typeof accessSchema>;

export const accessPageSchema = pageSchema(accessSchema).meta({ id: 'BookedAccessPage' });
