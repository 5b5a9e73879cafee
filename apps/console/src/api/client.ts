import { endSession, freshToken, sessionNow } from '../session/session';
import { client } from './generated/client.gen';
import { asProblem } from './problem';

const UNAUTHENTICATED = 401;

/** Points the generated client at the server that served the page, with the session's token. Call it once, first. */
export function installApiClient(): void {
  client.setConfig({ baseUrl: '', auth: async () => (await freshToken()) ?? '', throwOnError: true });
  client.interceptors.response.use((response) => {
    // While a token is tried, whoever tries it says what is wrong with it.
    if (response.status === UNAUTHENTICATED && sessionNow().state === 'signed-in')
      endSession('Your session has ended: the token is no longer valid.');
    return response;
  });
  // Whatever is thrown becomes an ApiProblem, so that screens have one kind of failure to show.
  client.interceptors.error.use((error, response) => asProblem(error, statusOf(response)));
}

function statusOf(response: unknown): number {
  return response instanceof Response ? response.status : 0;
}

/** What a call of the generated client answers; a refusal is thrown as an ApiProblem. */
export async function answer<Data>(call: Promise<{ data: Data | undefined }>): Promise<NonNullable<Data>> {
  const { data } = await call;
  if (data === undefined || data === null) throw asProblem(undefined, 0);
  return data;
}

/** As {@link answer}, for calls that answer nothing. */
export async function done(call: Promise<unknown>): Promise<void> {
  await call;
}

/** If-Match of a change: the revision that the person saw; whatever there is, where they saw none. */
export function ifMatch(revision: number | null): { readonly 'If-Match': string } {
  return { 'If-Match': revision === null ? '*' : `"${revision}"` };
}

/** As {@link ifMatch}, of what may not be there yet: who saw nothing is refused once there is something. */
export function ifMatchOrNew(
  revision: number | null,
): { readonly 'If-Match': string } | { readonly 'If-None-Match': '*' } {
  return revision === null ? { 'If-None-Match': '*' } : ifMatch(revision);
}

/** So that a request that is sent again is carried out once. */
export function idempotencyKey(): { readonly 'Idempotency-Key': string } {
  return { 'Idempotency-Key': crypto.randomUUID() };
}
