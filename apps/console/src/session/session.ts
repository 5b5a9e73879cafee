import type { Me } from '../api/generated/types.gen';

/** Who is signed in. The token lives in this tab only, for as long as the tab does. */
export type Session =
  | { readonly state: 'signed-out'; readonly why: string | undefined }
  | { readonly state: 'checking'; readonly token: string }
  | { readonly state: 'signed-in'; readonly token: string; readonly me: Me };

export type Permission = Me['permissions'][number];

const STORED_AS = 'flightdeck.token';
const FRAGMENT = /^#token=([A-Za-z0-9._~+/=-]{1,4096})$/u;

let session: Session = { state: 'signed-out', why: undefined };
const listeners = new Set<() => void>();

export function sessionNow(): Session {
  return session;
}

export function tokenNow(): string | undefined {
  return session.state === 'signed-out' ? undefined : session.token;
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Takes a token to try; {@link confirmSession} ends the trial. */
export function beginSession(token: string): void {
  sessionStorage.setItem(STORED_AS, token);
  change({ state: 'checking', token });
}

export function confirmSession(me: Me): void {
  if (session.state !== 'signed-out') change({ state: 'signed-in', token: session.token, me });
}

/** @param isTokenBad false when nobody said so (no answer came): then the tab tries it again when it is loaded again. */
export function endSession(why?: string, isTokenBad = true): void {
  if (session.state === 'signed-out') return;
  if (isTokenBad) sessionStorage.removeItem(STORED_AS);
  change({ state: 'signed-out', why });
}

/** The token of the printed link, `/#token=…`, else of this tab's session. The address is cleaned so that nobody copies it. */
export function resumeSession(location: Location, history: History): void {
  const token = tokenOfFragment(location.hash);
  if (token !== undefined) history.replaceState(null, '', location.pathname + location.search);
  const known = token ?? sessionStorage.getItem(STORED_AS) ?? undefined;
  if (known !== undefined) beginSession(known);
}

/** The token in a URL's fragment, which no request ever carries. */
export function tokenOfFragment(hash: string): string | undefined {
  return FRAGMENT.exec(decodeURIComponent(hash))?.[1];
}

function change(to: Session): void {
  session = to;
  for (const listener of listeners) listener();
}
