/** How people sign in beside by token, as `/sign-in.json` tells it. */
export interface IssuerWay {
  readonly issuer: string;
  readonly audience: string;
  readonly clientId: string;
  readonly scope: string;
}

/** What the console has to know of an issuer (OpenID Connect Discovery 1.0 §3). */
export interface Provider {
  readonly issuer: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly endSessionEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  /** Whether its answers name it (RFC 9207). */
  readonly namesItself: boolean;
}

/** Why somebody is not signed in, in words for them. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/** How long an issuer may take for an answer that nobody types. */
export const ISSUER_TIMEOUT_MS = 10_000;

/** The way to the issuer, or null when there is only the one by token. @throws {SignInRefused} */
export async function askWay(): Promise<IssuerWay | null> {
  const told = (await askJson('/sign-in.json')) as { readonly oidc: IssuerWay | null };
  return told.oidc;
}

/** Asks the issuer for its endpoints. @throws {SignInRefused} when they are not what one may rely on. */
export async function discover(issuer: string): Promise<Provider> {
  const told = await askJson(`${issuer.replace(/\/$/u, '')}/.well-known/openid-configuration`);
  return providerOf(told, issuer);
}

/** The metadata must name the very issuer that was asked (§4.3), and what scripts ask must be at its origin: the policy of the page
 *  lets them ask no other. @throws {SignInRefused} */
export function providerOf(told: unknown, issuer: string): Provider {
  const metadata: Readonly<Record<string, unknown>> =
    typeof told === 'object' && told !== null ? { ...told } : {};
  if (metadata['issuer'] !== issuer)
    throw new SignInRefused('The metadata of the issuer is that of another.');
  const { origin, protocol } = new URL(issuer);
  const endpoint = (name: string, isAsked: boolean): string | undefined => {
    const value = metadata[name];
    if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
    const url = new URL(value);
    if (url.protocol !== 'https:' && url.protocol !== protocol) return undefined;
    return isAsked && url.origin !== origin ? undefined : value;
  };
  const needed = (name: string, isAsked: boolean): string => {
    const value = endpoint(name, isAsked);
    if (value === undefined) throw new SignInRefused(`The issuer has no ${name} at its own address.`);
    return value;
  };
  return {
    issuer,
    authorizationEndpoint: needed('authorization_endpoint', false),
    tokenEndpoint: needed('token_endpoint', true),
    jwksUri: needed('jwks_uri', true),
    endSessionEndpoint: endpoint('end_session_endpoint', false),
    revocationEndpoint: endpoint('revocation_endpoint', true),
    namesItself: metadata['authorization_response_iss_parameter_supported'] === true,
  };
}

async function askJson(url: string): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(url, { signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS), credentials: 'omit' });
  } catch {
    throw new SignInRefused(`${new URL(url, location.href).host} does not answer.`);
  }
  if (!answer.ok) throw new SignInRefused(`${new URL(url, location.href).host} answered ${answer.status}.`);
  return answer.json();
}
