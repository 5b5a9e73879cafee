import { answer } from '../../api/client';
import { meControllerRead } from '../../api/generated/sdk.gen';
import { beginIssuerSession, confirmSession, endSession, renewSession, type Keeper } from '../session';
import { authorizationUrl, newAttempt, readAnswer, type Attempt } from './attempt';
import { askWay, discover, SignInRefused, type IssuerWay, type Provider } from './provider';
import { exchange, renew, RenewalRefused, type Tokens } from './tokens';

const ATTEMPT = 'flightdeck.sign-in';
const ENDED = 'Your session has ended. Sign in again, and you are back where you were.';
const RETRY_MS = 5_000;
/** What a timer can wait at most. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Sends the browser to the issuer; it comes back to where it is now. @throws {SignInRefused} */
export async function goToIssuer({ isSilent }: { readonly isSilent: boolean }): Promise<void> {
  if (!window.isSecureContext) throw new SignInRefused('Signing in at an issuer needs https.');
  const { way, provider } = await meet();
  const returnTo = location.pathname + location.search;
  const attempt = newAttempt({ returnTo, startedAtMs: Date.now(), isSilent });
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
  location.assign(await authorizationUrl(provider, way, attempt, redirectUri()));
}

/** Takes the issuer's answer out of the address and signs in with it. @throws {SignInRefused} */
export async function comeBack(): Promise<void> {
  const { search } = location;
  const attempt = takeAttempt();
  history.replaceState(null, '', attempt?.returnTo ?? '/');
  const { way, provider } = await meet();
  const said = readAnswer(search, attempt, provider, Date.now());
  if (attempt === undefined || 'isLoginNeeded' in said) {
    endSession(ENDED);
    return;
  }
  const tokens = await exchange(provider, way, { attempt, code: said.code, redirectUri: redirectUri() });
  beginIssuerSession(tokens.access, keep(provider, way, tokens));
}

async function meet(): Promise<{ readonly way: IssuerWay; readonly provider: Provider }> {
  const way = await askWay();
  if (way === null) throw new SignInRefused('This Flightdeck has no issuer. Sign in by token.');
  return { way, provider: await discover(way.issuer) };
}

function keep(provider: Provider, way: IssuerWay, first: Tokens): Keeper {
  let tokens = first;
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let renewing: Promise<void> | undefined;

  const wakeAt = (atMs: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(onTime, Math.min(Math.max(0, atMs - Date.now()), TIMER_MS_MAX));
  };
  const onTime = (): void => {
    if (Date.now() < dueMs(tokens)) wakeAt(dueMs(tokens));
    else void once();
  };
  const once = (): Promise<void> => {
    renewing ??= next().finally(() => (renewing = undefined));
    return renewing;
  };
  const next = async (): Promise<void> => {
    try {
      const renewed = await renew(provider, way, tokens);
      if (isStopped) return;
      tokens = renewed;
      renewSession(tokens.access);
      wakeAt(dueMs(tokens));
      await lookAgain();
    } catch (error) {
      if (isStopped) return;
      if (error instanceof RenewalRefused || Date.now() >= tokens.expiresAtMs) endSession(ENDED);
      else wakeAt(Math.min(Date.now() + RETRY_MS, tokens.expiresAtMs));
    }
  };
  wakeAt(dueMs(tokens));
  return {
    fresh: async () => {
      if (Date.now() >= dueMs(tokens)) await once();
      return isStopped ? undefined : tokens.access;
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
    leave: () => leave(provider, way, tokens),
  };
}

function dueMs({ refresh, renewAtMs, expiresAtMs }: Tokens): number {
  return refresh === undefined ? expiresAtMs : renewAtMs;
}

/** With the next token somebody may have another role. Who cannot be asked now is asked with the token after it. */
async function lookAgain(): Promise<void> {
  await answer(meControllerRead()).then(confirmSession, () => undefined);
}

async function leave(provider: Provider, way: IssuerWay, { refresh, id }: Tokens): Promise<void> {
  const { revocationEndpoint, endSessionEndpoint } = provider;
  if (revocationEndpoint !== undefined && refresh !== undefined) {
    const body = new URLSearchParams({ token: refresh, client_id: way.clientId });
    // The session ends here whether or not the issuer hears of it: its own end is asked for next, in sight.
    await fetch(revocationEndpoint, { method: 'POST', body, credentials: 'omit' }).catch(() => undefined);
  }
  if (endSessionEndpoint === undefined) return;
  const url = new URL(endSessionEndpoint);
  url.searchParams.set('id_token_hint', id);
  url.searchParams.set('client_id', way.clientId);
  url.searchParams.set('post_logout_redirect_uri', redirectUri());
  location.assign(url.href);
}

/** The console's own address, which its client at the issuer names. */
function redirectUri(): string {
  return `${location.origin}/`;
}

/** An attempt is answered once. */
function takeAttempt(): Attempt | undefined {
  const kept = sessionStorage.getItem(ATTEMPT);
  sessionStorage.removeItem(ATTEMPT);
  return kept === null ? undefined : (JSON.parse(kept) as Attempt);
}
