import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt, exportSPKI, generateKeyPair, UnsecuredJWT, type JWTPayload } from 'jose';
import { NOW_MS } from '../testing/fixtures.js';
import { ADMIN_TOKEN, testApi, type TestApi } from '../testing/test-api.module.js';
import { testIssuer, type TestIssuer } from '../testing/test-issuer.js';
import { peopleAuthenticator } from './people-authenticator.js';

const AUDIENCE = 'flightdeck';
const CLAIMS = { role: 'role', person: 'email' };
const RULE = {
  name: '90 percent',
  scope: { all: true },
  conditions: { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] },
  action: { command: 'PauseCampaign', params: {} },
  severity: 'critical',
};
const NOW_S = Math.floor(NOW_MS / 1_000);

let issuer: TestIssuer;
let api: TestApi;
beforeAll(async () => {
  issuer = await testIssuer();
  const settings = { issuer: issuer.url, audience: AUDIENCE, algorithm: 'ES256' as const };
  api = await testApi({ approvals: 'required', oidc: { ...settings, claims: CLAIMS, clientId: 'console' } });
});
afterAll(async () => {
  await api.close();
  await issuer.close();
});

const claims = (changed: Readonly<Record<string, unknown>> = {}): JWTPayload => ({
  ...{ iss: issuer.url, aud: AUDIENCE, sub: 'ann', email: 'ann@bank.example', role: 'manager' },
  ...{ iat: NOW_S, exp: NOW_S + 300, ...changed },
});
const campaigns = (token: string) => api.call('GET', '/v1/campaigns', { token });

/** Each is wrong in one thing. */
async function forged(): Promise<Readonly<Record<string, string>>> {
  const other = await generateKeyPair('ES256');
  const rsa = await generateKeyPair('RS256');
  const [head = '', , signature = ''] = (await issuer.sign(claims())).split('.');
  const raised = Buffer.from(JSON.stringify(claims({ role: 'admin' }))).toString('base64url');
  const publicKeyText = new TextEncoder().encode(await exportSPKI(issuer.publicKey));
  return {
    'another key': await issuer.sign(claims(), { key: other.privateKey }),
    'an unknown key': await issuer.sign(claims(), { key: other.privateKey, keyId: 'second' }),
    'another algorithm': await issuer.sign(claims(), { key: rsa.privateKey, algorithm: 'RS256' }),
    'the public key as the secret of an HMAC': await issuer.sign(claims(), {
      ...{ key: publicKeyText, algorithm: 'HS256' },
    }),
    'no signature': new UnsecuredJWT(claims()).encode(),
    'other claims under the signature': `${head}.${raised}.${signature}`,
    'another issuer': await issuer.sign(claims({ iss: 'https://other.example' })),
    'another audience': await issuer.sign(claims({ aud: 'other' })),
    'no audience': await issuer.sign(claims({ aud: undefined })),
    expired: await issuer.sign(claims({ exp: NOW_S - 60 })),
    'never expiring': await issuer.sign(claims({ exp: undefined })),
    'not valid yet': await issuer.sign(claims({ nbf: NOW_S + 60 })),
  };
}

describe('a token of the issuer', () => {
  it('opens what its role may do, and signs what is done', async () => {
    const token = await issuer.sign(claims());
    expect((await campaigns(token)).status).toBe(200);
    expect((await api.call('GET', '/v1/keys', { token })).status).toBe(403);
    const rule = await createRule(token, 'by-ann');
    expect(rule.status).toBe(201);
    const history = await api.call('GET', '/v1/rules/by-ann/history');
    expect(history.body).toMatchObject({ items: [{ actor: 'oidc:ann' }] });
  });

  it('takes the one role of ours from a list', async () => {
    expect((await campaigns(await issuer.sign(claims({ role: ['staff', 'auditor'] })))).status).toBe(200);
  });

  it.each([
    ['no role', { role: undefined }],
    ['a role that is not ours', { role: 'root' }],
    ['two roles', { role: ['manager', 'approver'] }],
    ['no person', { email: undefined }],
    ['a nameless person', { email: '' }],
    ['no subject', { sub: undefined }],
  ])('opens nothing with %s', async (_, changed) => {
    expect((await campaigns(await issuer.sign(claims(changed)))).status).toBe(401);
  });

  it('opens nothing when anything about it is wrong', async () => {
    for (const [wrong, token] of Object.entries(await forged())) {
      expect({ wrong, status: (await campaigns(token)).status }).toEqual({ wrong, status: 401 });
    }
  });

  it('would be seen to be taken on trust', async () => {
    const planted = peopleAuthenticator(
      { authenticate: () => undefined },
      { verify: async (token) => decodeJwt(token) },
      CLAIMS,
    );
    const believed = [];
    for (const [wrong, token] of Object.entries(await forged())) {
      if ((await planted.authenticate(token)) !== undefined) believed.push(wrong);
    }
    expect(believed).toContain('other claims under the signature');
  });

  it('leaves API keys as they are', async () => {
    expect((await campaigns(ADMIN_TOKEN)).status).toBe(200);
    expect((await campaigns(await api.token('auditor'))).status).toBe(200);
  });

  it('counts as the person that an API key names: nobody approves their own rule', async () => {
    const token = await issuer.sign(claims());
    const written = await createRule(token, 'two-hats');
    const { revision } = written.body as { revision: number };
    const path = '/v1/rules/two-hats';
    const headers = { 'if-match': `"${revision}"` };
    const submitted = await api.call('POST', `${path}/submit`, { token, body: {}, headers });
    const body = { revision: (submitted.body as { revision: number }).revision };
    const approve = async (person: string) =>
      api.call('POST', `${path}/approve`, { token: await approverKey(person), body });
    expect((await approve('ann@bank.example')).body).toMatchObject({ code: 'same-person' });
    expect((await approve('bob@bank.example')).body).toMatchObject({ mode: 'active' });
  });
});

describe('an issuer that cannot be asked', () => {
  it.each([
    ['it fails', { status: 503, body: '' }],
    [
      'it is another',
      { status: 200, body: '{"issuer":"https://other.example","jwks_uri":"https://other.example/k"}' },
    ],
    ['it is no issuer', { status: 200, body: '<html>' }],
  ])('is an answer that says so when %s, and keys go on', async (_, fault) => {
    const down = await testIssuer();
    down.fault = fault;
    const settings = { issuer: down.url, audience: AUDIENCE, algorithm: 'ES256' as const };
    const alone = await testApi({ oidc: { ...settings, claims: CLAIMS } });
    try {
      const answer = await alone.call('GET', '/v1/campaigns', { token: await down.sign(claims()) });
      expect(answer.body).toMatchObject({ status: 503, code: 'issuer-unavailable' });
      expect((await alone.call('GET', '/v1/campaigns')).status).toBe(200);
    } finally {
      await alone.close();
      await down.close();
    }
  });
});

describe('the ways to sign in', () => {
  it('are told to everybody', async () => {
    const answer = await api.call('GET', '/sign-in.json', { token: '' });
    const way = { issuer: issuer.url, audience: AUDIENCE, clientId: 'console', scope: 'openid' };
    expect(answer.body).toEqual({ oidc: way });
  });
});

async function approverKey(person: string): Promise<string> {
  const { body } = await api.call('POST', '/v1/keys', {
    body: { role: 'approver', name: 'approver', person },
  });
  return (body as { token: string }).token;
}

function createRule(token: string, ruleId: string): ReturnType<TestApi['call']> {
  return api.call('POST', '/v1/rules', { token, body: { ...RULE, ruleId } });
}
