import { SignInRefused, type IssuerWay, type Provider } from './provider';

/** A way to the issuer and back that has begun: what the answer is held against. It holds no token. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** RFC 7636 §4.1. */
  readonly verifier: string;
  /** Where the person was: path and search. */
  readonly returnTo: string;
  readonly startedAtMs: number;
  /** Nobody is to be asked anything: the issuer knows the person, or says that it does not. */
  readonly isSilent: boolean;
}

/** An answer that comes later than this belongs to an attempt that was given up. */
export const ATTEMPT_MS_MAX = 10 * 60_000;
const RANDOM_BYTES = 32;

export function newAttempt(how: Pick<Attempt, 'returnTo' | 'startedAtMs' | 'isSilent'>): Attempt {
  return { ...how, state: randomText(), nonce: randomText(), verifier: randomText() };
}

/** Where to send the browser: authorization code flow with PKCE (RFC 9700 §2.1.1). */
export async function authorizationUrl(
  provider: Provider,
  way: IssuerWay,
  attempt: Attempt,
  redirectUri: string,
): Promise<string> {
  const url = new URL(provider.authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: way.clientId,
    redirect_uri: redirectUri,
    scope: way.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await challengeOf(attempt.verifier),
    code_challenge_method: 'S256',
    ...audienceOf(way),
    ...(attempt.isSilent ? { prompt: 'none' } : {}),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** For whom the access token is to be: `resource` (RFC 8707) where the audience is an address, else what many issuers take. */
export function audienceOf({ audience }: IssuerWay): Readonly<Record<string, string>> {
  return /^(?:https?:|urn:)/u.test(audience) ? { resource: audience } : { audience };
}

/** RFC 7636 §4.2, S256. */
export async function challengeOf(verifier: string): Promise<string> {
  return base64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

export type Answer = { readonly code: string } | { readonly isLoginNeeded: true };

/** Whether an address is the issuer's answer: only the console's own address without a path is one. */
export function isAnswer({ pathname, search }: Pick<Location, 'pathname' | 'search'>): boolean {
  const said = new URLSearchParams(search);
  return pathname === '/' && said.has('state') && (said.has('code') || said.has('error'));
}

/** What the issuer's answer says, once it is known to be one to this attempt. @throws {SignInRefused} */
export function readAnswer(
  search: string,
  attempt: Attempt | undefined,
  { issuer, namesItself }: Pick<Provider, 'issuer' | 'namesItself'>,
  nowMs: number,
): Answer {
  const said = new URLSearchParams(search);
  if (attempt === undefined || said.get('state') !== attempt.state) {
    throw new SignInRefused('This tab did not ask for that answer (state). Nobody was signed in.');
  }
  if (nowMs - attempt.startedAtMs > ATTEMPT_MS_MAX) {
    throw new SignInRefused('That took too long. Sign in once more.');
  }
  const from = said.get('iss');
  if (from === null ? namesItself : from !== issuer) {
    throw new SignInRefused('The answer is of another issuer. Nobody was signed in.');
  }
  const error = said.get('error');
  if (error !== null) {
    if (attempt.isSilent) return { isLoginNeeded: true };
    throw new SignInRefused(`The issuer refuses: ${said.get('error_description') ?? error}.`);
  }
  return { code: said.get('code') ?? '' };
}

function randomText(): string {
  return base64Url(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}
