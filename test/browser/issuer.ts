import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';

/** Who can sign in: the login is typed as it stands here. */
export interface IssuerPerson {
  readonly login: string;
  readonly role: string;
}

/** An OpenID provider (`oidc-provider`, certified as one) on a loopback port, with the console as its client. */
export interface Issuer {
  readonly url: string;
  /** What a Flightdeck is started with to take its tokens. */
  readonly env: Readonly<Record<string, string>>;
  /** How long the next access tokens are good, seconds. */
  accessTokenSeconds: number;
  /** Whether the next sessions get something to renew them with. */
  givesRefreshTokens: boolean;
  /** Claims under the issuer's own signature, whether or not it would have given them. */
  sign(claims: JWTPayload): Promise<string>;
  close(): Promise<void>;
}

const AUDIENCE = 'urn:flightdeck';
const KEY_ID = 'first';
const CLIENT_ID = 'flightdeck-console';
const SESSION_S = 3_600;
const FORM_LENGTH_MAX = 10_000;

/** Starts it for a console that will be at `consoleUrl`. */
export async function startIssuer(consoleUrl: string, people: readonly IssuerPerson[]): Promise<Issuer> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  const issuer: Issuer = {
    url,
    env: {
      FLIGHTDECK_OIDC_ISSUER: url,
      FLIGHTDECK_OIDC_AUDIENCE: AUDIENCE,
      FLIGHTDECK_OIDC_ALGORITHM: 'ES256',
      FLIGHTDECK_OIDC_CLIENT_ID: CLIENT_ID,
    },
    accessTokenSeconds: 600,
    givesRefreshTokens: true,
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: KEY_ID }).sign(privateKey),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  const provider = await providerOf(issuer, new URL('/', consoleUrl).href, privateKey, people);
  const callback = provider.callback();
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') === true) void interact(provider, request, response);
    else void callback(request, response);
  });
  return issuer;
}

async function providerOf(
  issuer: Issuer,
  consoleUrl: string,
  privateKey: CryptoKey,
  people: readonly IssuerPerson[],
): Promise<Provider> {
  const known = new Map(people.map((person) => [person.login, person]));
  return new Provider(issuer.url, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: KEY_ID, use: 'sig', alg: 'ES256' }] },
    clients: [
      {
        client_id: CLIENT_ID,
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        redirect_uris: [consoleUrl],
        post_logout_redirect_uris: [consoleUrl],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    pkce: { required: () => true },
    clientBasedCORS: (_, origin) => origin === new URL(consoleUrl).origin,
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: {
        logoutSource: (context, form) => {
          context.body = page(
            'Sign out',
            `${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`,
          );
        },
      },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'openid',
          audience: AUDIENCE,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: {
      AccessToken: () => issuer.accessTokenSeconds,
      ...{ Interaction: SESSION_S, Grant: SESSION_S, Session: SESSION_S, IdToken: SESSION_S },
      ...{ AuthorizationCode: 60, RefreshToken: SESSION_S },
    },
    issueRefreshToken: () => issuer.givesRefreshTokens,
    extraTokenClaims: (_, token) =>
      'accountId' in token ? { flightdeck_role: known.get(token.accountId)?.role } : {},
    findAccount: (_, id) => (known.has(id) ? { accountId: id, claims: () => ({ sub: id }) } : undefined),
    // Whoever is known grants what the console asks for: consent is another's test.
    loadExistingGrant: async ({ oidc }) => {
      const { client, session, provider } = oidc;
      if (client === undefined || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(AUDIENCE, 'openid');
      await grant.save();
      return grant;
    },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['for tests only'] },
  });
}

/** Asks for the login, and believes it. */
async function interact(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === 'POST') {
    const accountId = new URLSearchParams(await bodyOf(request)).get('login') ?? '';
    await provider.interactionFinished(request, response, { login: { accountId } });
    return;
  }
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end(
    page('Login', '<form method="post"><label>Login <input name="login"></label><button>Go</button></form>'),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const piece of request) {
    body += String(piece);
    if (body.length > FORM_LENGTH_MAX) throw new RangeError('The form is too long.');
  }
  return body;
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1>${content}</main></html>`;
}
