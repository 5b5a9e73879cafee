import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import type { Clock } from '../clock.js';

/** Signature algorithms that an issuer may be pinned to: asymmetric ones only (RFC 8725 §3.1). */
export const OIDC_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** The issuer whose tokens are accepted, and what each of them has to say. */
export interface OidcSettings {
  /** As in the claim `iss`; its metadata is at `<issuer>/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** Has to be in the claim `aud`. */
  readonly audience: string;
  readonly algorithm: (typeof OIDC_ALGORITHMS)[number];
}

/** The issuer cannot be asked for its keys: nobody can tell whether a token is good. */
export class OidcUnavailable extends Error {
  override readonly name = 'OidcUnavailable';
}

/** How far the issuer's clock may be from ours. */
const CLOCK_TOLERANCE_S = 5;
/** How long the issuer may take to answer. */
const ISSUER_TIMEOUT_MS = 2_000;
/** An issuer that failed is asked again after this long, and until then by no request. */
const RETRY_AFTER_MS = 5_000;

const metadataSchema = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/u }) });

/** Verifies the JSON Web Tokens of one OpenID Connect issuer, whose keys it fetches when it first needs them and as they change. */
export class OidcTokens {
  private keys: Promise<JWTVerifyGetKey> | undefined;
  private failedAtMs = -Infinity;

  constructor(
    private readonly settings: OidcSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * The claims of a token that the issuer signed for this audience with the pinned algorithm, and that has not expired; undefined
   * for any other. @throws {OidcUnavailable}
   */
  async verify(token: string): Promise<JWTPayload | undefined> {
    const keys = await this.issuerKeys();
    const { issuer, audience, algorithm } = this.settings;
    try {
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer, audience, algorithms: [algorithm], requiredClaims: ['exp', 'sub'] },
        ...{ clockTolerance: CLOCK_TOLERANCE_S, currentDate: new Date(this.clock()) },
      });
      return payload;
    } catch (error) {
      if (saysNo(error)) return undefined;
      throw new OidcUnavailable('The issuer does not give its keys.', { cause: error });
    }
  }

  /** Fetched once; many who ask at the same time wait for the same answer. */
  private async issuerKeys(): Promise<JWTVerifyGetKey> {
    if (this.keys === undefined && this.clock() - this.failedAtMs < RETRY_AFTER_MS) {
      throw new OidcUnavailable('The issuer did not answer a moment ago.');
    }
    this.keys ??= discover(this.settings.issuer);
    try {
      return await this.keys;
    } catch (error) {
      this.keys = undefined;
      this.failedAtMs = this.clock();
      throw new OidcUnavailable('The issuer cannot be asked for its keys.', { cause: error });
    }
  }
}

/** OpenID Connect Discovery 1.0 §4: the metadata has to name the very issuer that it was asked for (§4.3). */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const answer = await fetch(`${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`, {
    redirect: 'error',
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`The issuer answered ${answer.status}.`);
  const metadata = metadataSchema.parse(await answer.json());
  if (metadata.issuer !== issuer) throw new Error('The metadata is of another issuer.');
  if (metadata.jwks_uri.startsWith('http:') && !issuer.startsWith('http:')) {
    throw new Error('The keys of an https issuer are not fetched without TLS.');
  }
  return createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: ISSUER_TIMEOUT_MS });
}

/** Whether the token is at fault, rather than the way to the issuer. */
function saysNo(error: unknown): boolean {
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}
