/** Tries of one call before its failure is the caller's: about ten seconds of throttling, or of a service that is away. */
export const TRIES_MAX = 10;
const BACKOFF_FIRST_MS = 25;
const BACKOFF_MAX_MS = 4_000;

/** What a service says when the same call may go well a little later. */
const TRANSIENT = new Set([
  'ThrottlingException',
  'ThrottledException',
  'Throttling',
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TransactionInProgressException',
  'InternalServerError',
  'InternalFailure',
  'ServiceUnavailable',
  'TimeoutError',
]);
/** What a connection says when it broke: whether the call was carried out is not known. */
const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EAI_AGAIN', 'ENOTFOUND']);
const SERVER_FAULT = 500;

/** Time and chance, handed in. */
export interface RetryEnvironment {
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random: () => number;
  /** How long one call may take, in milliseconds; some seconds unless given. */
  readonly callMsMax?: number;
}

/** The clock and the chance of the process. */
export const REAL_TIME: RetryEnvironment = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: Math.random,
};

/** Whether the same call may go well a little later. It may also have been carried out, so it must bear being repeated. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, code, $metadata, cause } = error as Error & {
    readonly code?: string;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (TRANSIENT.has(name) || (code !== undefined && BROKEN.has(code))) return true;
  return ($metadata?.httpStatusCode ?? 0) >= SERVER_FAULT || (cause !== undefined && isTransient(cause));
}

/** Exponential, with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"); `tries` is how often it has failed, ≥ 1. */
export function backoffMs(tries: number, random: () => number): number {
  return random() * Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (tries - 1));
}

/** Calls until it goes well, at most {@link TRIES_MAX} times; what is not transient is thrown at once. `call` must bear being repeated. */
export async function persistently<T>(
  call: () => Promise<T>,
  { sleep, random }: RetryEnvironment,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (tries >= TRIES_MAX || !isTransient(error)) throw error;
    }
    await sleep(backoffMs(tries, random));
  }
}
