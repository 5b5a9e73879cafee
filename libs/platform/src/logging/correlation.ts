import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** What a caller may send as `X-Correlation-Id`; anything else is replaced, so that a log line cannot be forged. */
const CALLERS_ID = /^[A-Za-z0-9._:-]{1,128}$/;

const current = new AsyncLocalStorage<string>();

/** The id that ties everything one request caused together; undefined outside a request. */
export function correlationId(): string | undefined {
  return current.getStore();
}

/** Runs `work`, and everything it starts, under the id. */
export function withCorrelation<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** The caller's id when it is well-formed, else a new UUID. */
export function correlationIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && CALLERS_ID.test(header) ? header : randomUUID();
}
