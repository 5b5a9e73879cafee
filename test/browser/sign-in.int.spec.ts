import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { generateKeyPair, decodeJwt, SignJWT, type JWTPayload } from 'jose';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openBrowser, seriousFindings } from './chromium.js';
import { startIssuer, type Issuer } from './issuer.js';
import { startPeer, type Peer } from './peer.js';

const PEOPLE = [
  { login: 'mara', role: 'manager' },
  { login: 'ada', role: 'auditor' },
  { login: 'nobody', role: 'none' },
];

let issuer: Issuer;
let peer: Peer;
let browser: Browser;
let context: BrowserContext;
let page: Page;
const directory = mkdtempSync(join(tmpdir(), 'flightdeck-sign-in-'));

beforeAll(async () => {
  const port = await freePort();
  issuer = await startIssuer(`http://127.0.0.1:${port}`, PEOPLE);
  peer = await startPeer(join(directory, 'data'), { ...issuer.env, FLIGHTDECK_PORT: String(port) });
  await peer.register('spring', 'Spring');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  await peer.stop();
  await issuer.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  issuer.accessTokenSeconds = 600;
  issuer.givesRefreshTokens = true;
  context = await browser.newContext({ reducedMotion: 'reduce' });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
});

async function ask(path = '/campaigns'): Promise<void> {
  await page.goto(peer.url + path);
  await page.getByRole('button', { name: /^Sign in at / }).click();
}
async function type(login: string): Promise<void> {
  await page.getByLabel('Login').fill(login);
  await page.getByRole('button', { name: 'Go' }).click();
}
async function signIn(login: string, path = '/campaigns'): Promise<void> {
  await ask(path);
  await type(login);
}
/** The issuer is asked with another value than the console chose: its answer is then right in all but that. */
const askWithOther = (parameter: string) =>
  page.route(
    `${issuer.url}/auth?*`,
    (route) => {
      const url = new URL(route.request().url());
      url.searchParams.set(parameter, 'planted'.repeat(7));
      return route.fulfill({ status: 303, headers: { location: url.href } });
    },
    { times: 1 },
  );
/** The issuer's answer to the code with one token in it exchanged. */
const answerWith = (change: (tokens: Record<string, string>) => Promise<object>) =>
  page.route(`${issuer.url}/token`, async (route) => {
    const answer = await route.fetch();
    return route.fulfill({
      response: answer,
      json: await change((await answer.json()) as Record<string, string>),
    });
  });
/** Everything that the tab keeps where a later page, or another script, could find it. */
const stored = () =>
  page.evaluate(() => {
    const { localStorage, sessionStorage } = globalThis as unknown as Record<
      'localStorage' | 'sessionStorage',
      object
    >;
    return JSON.stringify([localStorage, sessionStorage]);
  });
const refused = async (why: RegExp): Promise<void> => {
  await page.getByRole('alert').getByText(why).waitFor();
  await page.getByRole('button', { name: /^Sign in at / }).waitFor();
  expect(page.url()).not.toContain('code=');
};

describe('signing in at an issuer', () => {
  it('comes back to where one was, as who one is there, with no token kept', async () => {
    await page.goto(`${peer.url}/campaigns/spring`);
    await page.getByRole('button', { name: /^Sign in at / }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await signIn('mara', '/campaigns/spring');
    await page.getByRole('heading', { level: 1, name: 'Spring' }).waitFor();
    expect(page.url()).toBe(`${peer.url}/campaigns/spring`);
    await page.getByRole('button', { name: 'Account and help' }).click();
    await page.getByText('mara · manager').waitFor();
    expect(await stored()).not.toMatch(/eyJ|refresh/u);
  });

  it('stays signed in when the page is loaded again, without being asked', async () => {
    await signIn('mara');
    await page.getByRole('heading', { level: 1, name: 'Campaigns' }).waitFor();
    await page.goto(`${peer.url}/rules?x=1`);
    await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
  });

  it('renews the token while one works, and the screen stays', async () => {
    issuer.accessTokenSeconds = 2;
    await signIn('mara');
    await page.getByRole('heading', { level: 1, name: 'Campaigns' }).waitFor();
    await page.evaluate(() => Object.assign(globalThis, { fdMark: true }));
    const renewed = () => page.waitForResponse((answer) => answer.url() === `${issuer.url}/token`);
    await renewed();
    await renewed();
    await page.getByRole('link', { name: 'Rules', exact: false }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Rules' }).waitFor();
    expect(await page.evaluate(() => 'fdMark' in globalThis)).toBe(true);
  });

  it('says that the session has ended when nothing can renew it, and leads back', async () => {
    issuer.givesRefreshTokens = false;
    issuer.accessTokenSeconds = 4;
    await signIn('mara', '/commands?state=failed');
    await refused(/^Your session has ended/u);
    issuer.accessTokenSeconds = 600;
    await page.getByRole('button', { name: /^Sign in at / }).click();
    await page.getByRole('heading', { level: 1, name: 'Commands' }).waitFor(); // the issuer knows her still
    expect(page.url()).toBe(`${peer.url}/commands?state=failed`);
  });

  it('signs out at the issuer too', async () => {
    await signIn('mara');
    await page.getByRole('button', { name: 'Account and help' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('button', { name: /^Sign in at / }).click();
    await page.getByLabel('Login').waitFor();
  });

  it('lets no script of the page speak to anybody else', async () => {
    await page.goto(peer.url);
    await page.getByRole('button', { name: /^Sign in at / }).waitFor();
    const speaksTo = (url: string) =>
      page.evaluate(
        (to) =>
          fetch(to, { mode: 'no-cors' }).then(
            () => true,
            () => false,
          ),
        url,
      );
    const other = await startIssuer(peer.url, []);
    expect(await speaksTo(other.url)).toBe(false);
    expect(await speaksTo(`${issuer.url}/jwks`)).toBe(true);
    await other.close();
    const alone = await startPeer(join(directory, 'alone'));
    expect((await fetch(alone.url)).headers.get('content-security-policy')).toContain("connect-src 'self';");
    await alone.stop();
  });
});

describe('a role', () => {
  it('hides what it cannot do, and the server refuses it anyway', async () => {
    const answered = page.waitForResponse((answer) => answer.url() === `${issuer.url}/token`);
    await signIn('ada', '/campaigns/spring');
    await page.getByRole('heading', { level: 1, name: 'Spring' }).waitFor();
    expect(await page.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(0);
    const { access_token } = (await (await answered).json()) as { access_token: string };
    expect((await peer.ask('POST', '/v1/campaigns/spring/pause', {}, access_token)).status).toBe(403);
  });

  it('that Flightdeck does not know opens nothing, and that is said', async () => {
    await signIn('nobody');
    await refused(/must name one role of Flightdeck/u);
  });
});

describe('an answer that is not right', () => {
  it('is refused when it is not to what this tab asked (state)', async () => {
    await askWithOther('state');
    await signIn('mara');
    await refused(/did not ask for that answer/u);
  });

  it('is refused when the ID token is for another sign-in (nonce)', async () => {
    await askWithOther('nonce');
    await signIn('mara');
    await refused(/not for this sign-in \(nonce\)/u);
  });

  it('is refused when the code was meant for another verifier (PKCE)', async () => {
    await askWithOther('code_challenge');
    await signIn('mara');
    await refused(/The issuer refuses/u);
  });

  const forged = (changed: JWTPayload) =>
    answerWith(async (tokens) => {
      const { privateKey } = await generateKeyPair('ES256');
      const claims = { ...decodeJwt(tokens['id_token'] ?? ''), ...changed };
      const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(privateKey);
      return { ...tokens, id_token };
    });

  it('is refused when another than the issuer signed the ID token', async () => {
    await forged({});
    await signIn('mara');
    await refused(/The ID token is not good: signature/u);
  });

  it('is refused when the code never came from the issuer', async () => {
    await page.goto(`${peer.url}/?code=stolen&state=made-up`);
    await refused(/did not ask for that answer/u);
  });

  it('is refused for its state and nothing else: a tab that had asked so would take it to the issuer', async () => {
    await page.goto(peer.url);
    await page.evaluate(() => {
      const { sessionStorage } = globalThis as unknown as {
        sessionStorage: { setItem(key: string, value: string): void };
      };
      const attempt = { state: 'made-up', nonce: 'n', verifier: 'v', returnTo: '/', startedAtMs: Date.now() };
      sessionStorage.setItem('flightdeck.sign-in', JSON.stringify(attempt));
    });
    await page.goto(`${peer.url}/?code=stolen&state=made-up&iss=${encodeURIComponent(issuer.url)}`);
    await refused(/The issuer refuses the code/u);
  });

  it.each(['access_token', 'id_token'])('is refused when its %s has expired', async (which) => {
    await answerWith(async (tokens) => {
      const claims = decodeJwt(tokens[which] ?? '');
      return { ...tokens, [which]: await issuer.sign({ ...claims, exp: (claims.iat ?? 0) - 60 }) };
    });
    await signIn('mara');
    await refused(
      which === 'id_token' ? /The ID token is not good: "exp"/u : /must name one role of Flightdeck/u,
    );
  });
});

/** A port that was free a moment ago: the issuer has to know the console's address before the console knows the issuer. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((closed) => server.close(() => closed()));
  return port;
}
