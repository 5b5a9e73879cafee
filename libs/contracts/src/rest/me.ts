import { z } from 'zod';
import { PERMISSIONS, ROLES } from '../permissions.js';

/** `GET /v1/me`: whom the token stands for and what it may do, so that a screen offers nothing else. */
export const meSchema = z
  .object({
    id: z.string().meta({ description: 'The actor that is recorded with every change.' }),
    role: z.enum(ROLES),
    person: z.string().nullable(),
    permissions: z.array(z.enum(PERMISSIONS)),
    approvals: z
      .enum(['off', 'required'])
      .meta({ description: 'Whether a rule needs a second person before it acts.' }),
    version: z.string(),
  })
  .meta({ id: 'Me' });
export type MeResponse = z.output<typeof meSchema>;
