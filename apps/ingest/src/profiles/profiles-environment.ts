import { z } from 'zod';

/** What an operator says of profiles, wherever events are taken in. */
export const profilesEnvironment = {
  FLIGHTDECK_PROFILES: z
    .string()
    .regex(/^(?:none$|dynamodb:\/\/)/u, 'must be none or dynamodb://<table>')
    .default('none'),
  FLIGHTDECK_PROFILES_CACHE: z
    .string()
    .regex(/^rediss?:\/\//u, 'must be rediss://<host>:<port>')
    .optional(),
};
