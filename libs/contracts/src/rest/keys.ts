import { z } from 'zod';
import { ROLES } from '../permissions.js';
import { instantSchema, nameSchema, pageQuery, pageSchema } from './primitives.js';

export const createKeySchema = z
  .strictObject({
    role: z.enum(ROLES),
    name: nameSchema.optional(),
    person: nameSchema.optional().meta({
      description: 'Who holds the key. A person may have several; four eyes are two persons, not two keys.',
    }),
  })
  .meta({ id: 'CreateKey' });
export type CreateKeyRequest = z.output<typeof createKeySchema>;

export const keySchema = z
  .object({
    keyId: z.string(),
    role: z.enum(ROLES),
    name: z.string(),
    createdAt: instantSchema,
    createdBy: z.string(),
    person: z.string().nullable(),
    revokedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Key' });
export type KeyResponse = z.output<typeof keySchema>;

export const createdKeySchema = z
  .object({
    ...keySchema.shape,
    token: z
      .string()
      .nullable()
      .meta({ description: 'Shown this once; null in a replay of the same Idempotency-Key.' }),
  })
  .meta({ id: 'CreatedKey' });
export type CreatedKeyResponse = z.output<typeof createdKeySchema>;

export const keyPageSchema = pageSchema(keySchema).meta({ id: 'KeyPage' });
export const keysQuerySchema = z.strictObject({
  ...pageQuery,
  revoked: z.enum(['true', 'false']).default('false'),
});
export type KeysQuery = z.output<typeof keysQuerySchema>;
