import { OIDC_ALGORITHMS } from '@flightdeck/platform';
import { z } from 'zod';

const LOOPBACK_URL = /^http:\/\/(?:127\.0\.0\.1|\[::1\]|localhost)(?:[:/]|$)/u;

const issuerUrl = z.url().refine((url) => url.startsWith('https://') || LOOPBACK_URL.test(url), {
  message: 'must be https, or http on loopback',
});

/** The OpenID Connect issuer whose tokens are accepted; none unless configured. */
export const oidcSchema = z
  .object({
    FLIGHTDECK_OIDC_ISSUER: issuerUrl.optional(),
    FLIGHTDECK_OIDC_AUDIENCE: z.string().min(1).optional(),
    FLIGHTDECK_OIDC_ALGORITHM: z.enum(OIDC_ALGORITHMS).default('RS256'),
    FLIGHTDECK_OIDC_ROLE_CLAIM: z.string().min(1).default('flightdeck_role'),
    FLIGHTDECK_OIDC_PERSON_CLAIM: z.string().min(1).default('sub'),
    FLIGHTDECK_OIDC_CLIENT_ID: z.string().min(1).optional(),
    FLIGHTDECK_OIDC_SCOPE: z
      .string()
      .regex(/^openid(?: [\x21-\x7e]+)*$/u)
      .default('openid'),
  })
  .refine(
    ({ FLIGHTDECK_OIDC_ISSUER, FLIGHTDECK_OIDC_AUDIENCE }) =>
      (FLIGHTDECK_OIDC_ISSUER === undefined) === (FLIGHTDECK_OIDC_AUDIENCE === undefined),
    {
      path: ['FLIGHTDECK_OIDC_AUDIENCE'],
      message: 'and FLIGHTDECK_OIDC_ISSUER belong together: a token is for somebody',
    },
  )
  .transform((environment) => {
    const { FLIGHTDECK_OIDC_ISSUER: issuer, FLIGHTDECK_OIDC_AUDIENCE: audience } = environment;
    if (issuer === undefined || audience === undefined) return undefined;
    return {
      ...{ issuer, audience, algorithm: environment.FLIGHTDECK_OIDC_ALGORITHM },
      claims: {
        role: environment.FLIGHTDECK_OIDC_ROLE_CLAIM,
        person: environment.FLIGHTDECK_OIDC_PERSON_CLAIM,
      },
      /** The console's own client at the issuer, a public one; without it, people sign in to the console by token. */
      clientId: environment.FLIGHTDECK_OIDC_CLIENT_ID,
      /** What the console asks for; some issuers give a refresh token for `offline_access` only. */
      scope: environment.FLIGHTDECK_OIDC_SCOPE,
    };
  });

/** Where the console's scripts may speak to beside the server that gave them: an issuer that people sign in at, nobody else. */
export function consolePeers(
  oidc: { readonly issuer: string; readonly clientId: string | undefined } | undefined,
): readonly string[] {
  return oidc?.clientId === undefined ? [] : [new URL(oidc.issuer).origin];
}
