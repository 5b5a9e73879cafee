import type { Me } from '../api/generated/types.gen';

/** Who is signed in, and how: with a token of Flightdeck's own, or with one of an issuer that is renewed as it expires. */
export type Session =
  | { readonly state: 'signed-out'; readonly why: string | undefined }
  | { readonly state: 'at-issuer' }
  | { readonly state: 'checking'; readonly token: string; readonly by: SignedInBy }
  | { readonly state: 'signed-in'; readonly token: string; readonly by: SignedInBy; readonly me: Me };

export type SignedInBy = 'token' | 'issuer';
export type Permission = Me['permissions'][number];

/** Keeps the token of an issuer fresh for as long as the session lasts. */
export interface Keeper {
  /** A token that is good for a while; undefined when the session has ended. */
  fresh(): Promise<string | undefined>;
  stop(): void;
  /** Tells the issuer that the person leaves; the browser goes there. */
  leave(): Promise<void>;
}

const STORED_AS = 'flightdeck.token';
/** Says that this tab was signed in by an issuer, and no more than that: a page that is loaded again asks the issuer. */
const BY_ISSUER = 'flightdeck.by-issuer';
const FRAGMENT = /^#token=([A-Za-z0-9._~+/=-]{1,4096})$/u;

let session: Session = { state: 'signed-out', why: undefined };
let keeper: Keeper | undefined;
const listeners = new Set<() => void>();

export function sessionNow(): Session {
  return session;
}

/** The token to ask with, renewed if it was about to expire. */
export async function freshToken(): Promise<string | undefined> {
  if (session.state !== 'checking' && session.state !== 'signed-in') return undefined;
  return keeper === undefined ? session.token : keeper.fresh();
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes a token to try, which this tab remembers; {@link confirmSession} ends the trial. */
export function beginSession(token: string): void {
  sessionStorage.setItem(STORED_AS, token);
  change({ state: 'checking', token, by: 'token' });
}

/** Takes a token of the issuer to try. It stays in memory. */
export function beginIssuerSession(token: string, keptBy: Keeper): void {
  keeper = keptBy;
  sessionStorage.setItem(BY_ISSUER, 'yes');
  change({ state: 'checking', token, by: 'issuer' });
}

export function waitForIssuer(): void {
  change({ state: 'at-issuer' });
}

export function confirmSession(me: Me): void {
  if (session.state === 'checking' || session.state === 'signed-in')
    change({ state: 'signed-in', token: session.token, by: session.by, me });
}

/** The same session with its next token: nothing on the screen begins anew. */
export function renewSession(token: string): void {
  if (session.state === 'checking' || session.state === 'signed-in') change({ ...session, token });
}

/** @param isTokenBad false when nobody said so (no answer came): then the tab tries it again when it is loaded again. */
export function endSession(why?: string, isTokenBad = true): void {
  if (session.state === 'signed-out') return;
  keeper?.stop();
  keeper = undefined;
  if (isTokenBad) {
    sessionStorage.removeItem(STORED_AS);
    sessionStorage.removeItem(BY_ISSUER);
  }
  change({ state: 'signed-out', why });
}

/** Ends the session because its holder wants to, at the issuer as well. */
export async function signOut(): Promise<void> {
  const kept = keeper;
  endSession();
  await kept?.leave();
}

/** What this tab can go on with: the token of the printed link `/#token=…` or the last one, or an issuer to ask. */
export function resumeSession(location: Location, history: History): 'by-issuer' | 'by-token' | 'not' {
  const token = tokenOfFragment(location.hash);
  // The address is cleaned so that nobody copies it.
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search);
  const known = token ?? sessionStorage.getItem(STORED_AS) ?? undefined;
  if (known === undefined) return sessionStorage.getItem(BY_ISSUER) === null ? 'not' : 'by-issuer';
  beginSession(known);
  return 'by-token';
}

/** The token in a URL's fragment, which no request ever carries. */
export function tokenOfFragment(hash: string): string | undefined {
  return FRAGMENT.exec(decodeURIComponent(hash))?.[1];
}

function change(to: Session): void {
  session = to;
  for (const listener of listeners) listener();
}
