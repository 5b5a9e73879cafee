import { z } from 'zod';

/** What a profile may hold: it is written into the ledger with every event of its user, so it stays small. */
export const PROFILE_FIELDS_MAX = 32;
const NAME_LENGTH_MAX = 64;
const VALUE_LENGTH_MAX = 256;

/** Reference data of a user as others keep it: text by name (`segment`, `tier`), and nothing nested. */
export const profileSchema = z
  .record(z.string().min(1).max(NAME_LENGTH_MAX), z.string().max(VALUE_LENGTH_MAX))
  .refine((profile) => Object.keys(profile).length <= PROFILE_FIELDS_MAX, {
    message: `has more than ${PROFILE_FIELDS_MAX} fields`,
  });
