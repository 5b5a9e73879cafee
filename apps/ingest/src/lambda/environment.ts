import { z } from 'zod';
import { profilesEnvironment } from '../profiles/profiles-environment.js';
import type { LambdaSettings } from './lambda.module.js';

/** The only place of a Lambda function that may be written to. */
const INDEX_DIRECTORY = '/tmp/flightdeck';

const schema = z
  .object({
    FLIGHTDECK_EVENTSTORE: z
      .string()
      .regex(/^esdb(?:\+discover)?:\/\//u, 'must be an esdb:// connection string'),
    FLIGHTDECK_USER_KEYS_FILE: z.string().min(1),
    FLIGHTDECK_INDEX_DIR: z.string().min(1).default(INDEX_DIRECTORY),
    FLIGHTDECK_INDEX_FROM: z.string().min(1).optional(),
    ...profilesEnvironment,
  })
  .transform((environment) => ({
    eventStore: environment.FLIGHTDECK_EVENTSTORE,
    userKeysFile: environment.FLIGHTDECK_USER_KEYS_FILE,
    indexDirectory: environment.FLIGHTDECK_INDEX_DIR,
    indexFrom: environment.FLIGHTDECK_INDEX_FROM,
    profiles: environment.FLIGHTDECK_PROFILES,
    profilesCache: environment.FLIGHTDECK_PROFILES_CACHE,
  }));

/** What the function is told. @throws {z.ZodError} that names every mistake, and no value: one holds a password. */
export function lambdaEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Omit<LambdaSettings, 'onError' | 'onFatal' | 'onNotice'> {
  return schema.parse(environment);
}
