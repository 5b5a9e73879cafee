import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

/** An OpenID Connect issuer on a free loopback port. */
export interface TestIssuer {
  readonly url: string;
  /** Answers with this while set: 503, say, or the metadata of another. */
  fault: { readonly status: number; readonly body: string } | undefined;
  readonly publicKey: CryptoKey;
  /** A token as the issuer makes it, unless told otherwise. */
  sign(claims: JWTPayload, how?: Signing): Promise<string>;
  close(): Promise<void>;
}

export interface Signing {
  readonly algorithm?: string;
  readonly key?: CryptoKey | Uint8Array;
  readonly keyId?: string;
}

const KEY_ID = 'first';
const ALGORITHM = 'ES256';

export async function testIssuer(): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM);
  const jwks = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig' }] });
  const server = createServer(({ url = '' }, response) => {
    const { status, body } = issuer.fault ?? {
      status: 200,
      body: url === '/keys' ? jwks : JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys` }),
    };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const issuer: TestIssuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: undefined,
    publicKey,
    sign: (claims, { algorithm = ALGORITHM, key = privateKey, keyId = KEY_ID } = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: keyId }).sign(key),
    close: () => new Promise((closed) => server.close(() => closed())),
  };
  return issuer;
}
