import { createRemoteJWKSet, decodeJwt, jwtVerify, type JWTVerifyGetKey } from 'jose';
import type { Attempt } from './attempt';
import { ISSUER_TIMEOUT_MS, SignInRefused, type IssuerWay, type Provider } from './provider';

/** What an issuer gave. It is in memory and nowhere else. */
export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  readonly id: string;
  readonly expiresAtMs: number;
  /** From when on it is to be renewed. */
  readonly renewAtMs: number;
}

/** The issuer says no, and will go on to. Anything else that fails may be tried again. */
export class RenewalRefused extends Error {
  override readonly name = 'RenewalRefused';
}

const ID_TOKEN_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
/** How far the clock of this machine may be from the issuer's. */
const CLOCK_TOLERANCE_S = 30;
const RENEW_BEFORE_MS = 60_000;
const RENEW_BEFORE_SHARE = 0.2;

/** Exchanges a code for tokens, and believes none before its ID token is held against the attempt. @throws {SignInRefused} */
export async function exchange(
  provider: Provider,
  way: IssuerWay,
  { attempt, code, redirectUri }: { attempt: Attempt; code: string; redirectUri: string },
): Promise<Tokens> {
  const answer = await ask(provider, {
    grant_type: 'authorization_code',
    ...{ code, redirect_uri: redirectUri, client_id: way.clientId, code_verifier: attempt.verifier },
  });
  if (!answer.ok) throw new SignInRefused(`The issuer refuses the code: ${answer.error}.`);
  const id = textOf(answer.body, 'id_token');
  if (id === undefined) throw new SignInRefused('The issuer gave no ID token.');
  const keys = createRemoteJWKSet(new URL(provider.jwksUri), { timeoutDuration: ISSUER_TIMEOUT_MS });
  await assertIdToken(id, keys, { issuer: provider.issuer, clientId: way.clientId, nonce: attempt.nonce });
  return tokensOf(answer.body, id, undefined);
}

/** New tokens for those that expire. @throws {RenewalRefused} when the session has ended there. */
export async function renew(provider: Provider, way: IssuerWay, { refresh, id }: Tokens): Promise<Tokens> {
  if (refresh === undefined) throw new RenewalRefused('There is nothing to renew with.');
  const answer = await ask(provider, {
    ...{ grant_type: 'refresh_token', refresh_token: refresh, client_id: way.clientId },
  });
  if (!answer.ok && answer.isFinal) throw new RenewalRefused(answer.error);
  if (!answer.ok) throw new Error(answer.error);
  return tokensOf(answer.body, textOf(answer.body, 'id_token') ?? id, refresh);
}

/** OpenID Connect Core 1.0 §3.1.3.7. @throws {SignInRefused} */
export async function assertIdToken(
  token: string,
  keys: JWTVerifyGetKey,
  expected: { readonly issuer: string; readonly clientId: string; readonly nonce: string },
): Promise<void> {
  const { issuer, clientId: audience, nonce } = expected;
  const { payload } = await jwtVerify(token, keys, {
    ...{ issuer, audience, algorithms: ID_TOKEN_ALGORITHMS, clockTolerance: CLOCK_TOLERANCE_S },
    requiredClaims: ['sub', 'exp', 'iat'],
  }).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new SignInRefused(`The ID token is not good: ${why}. Nobody was signed in.`);
  });
  if (payload['nonce'] !== nonce) {
    throw new SignInRefused('The ID token is not for this sign-in (nonce). Nobody was signed in.');
  }
  const isForSeveral = Array.isArray(payload.aud) && payload.aud.length > 1;
  if (payload['azp'] === undefined ? isForSeveral : payload['azp'] !== audience) {
    throw new SignInRefused('The ID token was given to another client. Nobody was signed in.');
  }
}

function tokensOf(body: unknown, id: string, refreshBefore: string | undefined): Tokens {
  const access = textOf(body, 'access_token');
  if (access === undefined) throw new SignInRefused('The issuer gave no access token.');
  const nowMs = Date.now();
  const expiresAtMs = expiryOf(body, access, nowMs);
  const renewBeforeMs = Math.min(RENEW_BEFORE_MS, (expiresAtMs - nowMs) * RENEW_BEFORE_SHARE);
  const refresh = textOf(body, 'refresh_token') ?? refreshBefore;
  return { access, refresh, id, expiresAtMs, renewAtMs: expiresAtMs - renewBeforeMs };
}

/** By this machine's clock where the issuer says how long, which a wrong clock does not change; else as the token says it. */
function expiryOf(body: unknown, access: string, nowMs: number): number {
  const seconds = (body as { readonly expires_in?: unknown }).expires_in;
  if (typeof seconds === 'number' && Number.isFinite(seconds)) return nowMs + seconds * 1_000;
  try {
    const { exp } = decodeJwt(access);
    if (exp !== undefined) return exp * 1_000;
  } catch {
    throw new SignInRefused('The access token is no JSON Web Token, which the API asks for.');
  }
  throw new SignInRefused('The issuer does not say how long its token is good.');
}

type Asked =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly error: string; readonly isFinal: boolean };

async function ask({ tokenEndpoint }: Provider, form: Readonly<Record<string, string>>): Promise<Asked> {
  const answer = await fetch(tokenEndpoint, {
    method: 'POST',
    body: new URLSearchParams(form),
    credentials: 'omit',
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
  });
  const body = (await answer.json().catch(() => undefined)) as unknown;
  if (answer.ok) return { ok: true, body };
  const error = textOf(body, 'error_description') ?? textOf(body, 'error') ?? `HTTP ${answer.status}`;
  return { ok: false, error, isFinal: answer.status === 400 || answer.status === 401 };
}

function textOf(body: unknown, member: string): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const value = (body as Readonly<Record<string, unknown>>)[member];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
