import { describe, expect, it } from '@jest/globals';
import {
  ATTEMPT_MS_MAX,
  audienceOf,
  authorizationUrl,
  challengeOf,
  isAnswer,
  newAttempt,
  readAnswer,
} from './attempt';
import { providerOf } from './provider';

const ISSUER = 'https://login.example';
const METADATA = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/auth`,
  token_endpoint: `${ISSUER}/token`,
  jwks_uri: `${ISSUER}/keys`,
};
const provider = providerOf(METADATA, ISSUER);
const way = { issuer: ISSUER, audience: 'flightdeck', clientId: 'console', scope: 'openid' };
const attempt = newAttempt({ returnTo: '/rules', startedAtMs: 1_000, isSilent: false });
const read = (said: Readonly<Record<string, string>>, how: object = {}, namesItself = false) =>
  readAnswer(
    `?${new URLSearchParams(said).toString()}`,
    { ...attempt, ...how },
    { issuer: ISSUER, namesItself },
    2_000,
  );

describe('an attempt to sign in', () => {
  it('asks for a code with the challenge of RFC 7636, appendix B', async () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    expect(await challengeOf(verifier)).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
    const url = new URL(
      await authorizationUrl(provider, way, { ...attempt, verifier }, 'https://fd.example/'),
    );
    expect(Object.fromEntries(url.searchParams)).toEqual({
      ...{ response_type: 'code', client_id: 'console', scope: 'openid', audience: 'flightdeck' },
      ...{ redirect_uri: 'https://fd.example/', state: attempt.state, nonce: attempt.nonce },
      ...{ code_challenge: await challengeOf(verifier), code_challenge_method: 'S256' },
    });
  });

  it('is like no other', () => {
    const made = Array.from({ length: 100 }, () => newAttempt(attempt));
    expect(new Set(made.flatMap(({ state, nonce, verifier }) => [state, nonce, verifier])).size).toBe(300);
  });

  it('names an audience that is an address as a resource', () => {
    expect(audienceOf({ ...way, audience: 'urn:flightdeck' })).toEqual({ resource: 'urn:flightdeck' });
  });
});

describe('an answer', () => {
  const good = { code: 'c', state: attempt.state };

  it('gives its code', () => expect(read(good)).toEqual({ code: 'c' }));

  it.each([
    ['of another state', { ...good, state: 'other' }, {}, false],
    ['without a state', { code: 'c' }, {}, false],
    ['that comes too late', good, { startedAtMs: 1_999 - ATTEMPT_MS_MAX }, false],
    ['of another issuer', { ...good, iss: 'https://other.example' }, {}, false],
    ['of nobody, where the issuer names itself', good, {}, true],
    ['that says no', { state: attempt.state, error: 'access_denied' }, {}, false],
  ])('%s is refused', (_, said, how, namesItself) => {
    expect(() => read(said, how, namesItself)).toThrow();
  });

  it('that says no to whoever was not to be asked means that they have to be', () => {
    expect(read({ state: attempt.state, error: 'login_required' }, { isSilent: true })).toEqual({
      isLoginNeeded: true,
    });
  });

  it('would be seen to be taken without a look at its state (planted)', () => {
    const trusting = (search: string) => ({ code: new URLSearchParams(search).get('code') });
    expect(() => trusting('?code=c&state=other')).not.toThrow();
    expect(() => read({ code: 'c', state: 'other' })).toThrow();
  });

  it('is no page of the console', () => {
    expect(isAnswer({ pathname: '/', search: '?code=c&state=s' })).toBe(true);
    expect(isAnswer({ pathname: '/commands', search: '?code=c&state=s' })).toBe(false);
    expect(isAnswer({ pathname: '/', search: '?state=failed' })).toBe(false);
  });
});

describe('the metadata of an issuer', () => {
  it.each([
    ['is of another', { issuer: 'https://other.example' }],
    ['sends tokens elsewhere', { token_endpoint: 'https://other.example/token' }],
    ['has keys elsewhere', { jwks_uri: 'https://other.example/keys' }],
    ['leaves TLS', { authorization_endpoint: 'http://login.example/auth' }],
    ['has no endpoint', { token_endpoint: undefined }],
  ])('is refused when it %s', (_, changed) => {
    expect(() => providerOf({ ...METADATA, ...changed }, ISSUER)).toThrow();
  });
});
