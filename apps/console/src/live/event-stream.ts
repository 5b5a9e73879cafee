import { SseParser, type Frame } from './sse-parser';

/** How the stream does: `stale` since the moment at which it was last known to be alive. */
export type StreamState =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'stale'; readonly sinceMs: number; readonly attempt: number };

export interface StreamEnvironment {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly now: () => number;
  readonly random: () => number;
  /** Resolves after so long, or when aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface StreamHandlers {
  readonly onFrame: (frame: Frame) => void;
  readonly onState: (state: StreamState) => void;
  /** The server refuses the token. */
  readonly onRefused: () => void;
}

export const BACKOFF_MS_FIRST = 250;
export const BACKOFF_MS_MAX = 15_000;
/** The server says something every 15 s: three misses in a row mean that the line is dead though nobody said so. */
export const SILENCE_MS_MAX = 45_000;

const REFUSED = new Set([401, 403]);
const BAD_RESUME = 400;

/**
 * Follows an event stream until `signal` aborts: over fetch, since EventSource cannot send a token. After a cut it comes back with
 * the last id, so that nothing is missed, waiting longer after each failure, with jitter so that a restart is not a stampede. Answers the
 * last id, for who goes on `from` it.
 */
export async function followStream(
  url: string,
  token: () => Promise<string | undefined>,
  handlers: StreamHandlers,
  environment: StreamEnvironment,
  signal: AbortSignal,
  from = '',
): Promise<string> {
  let lastId = from;
  let aliveMs = environment.now();
  let attempt = 0;
  handlers.onState({ state: 'connecting' });
  const isAlive = (): void => {
    aliveMs = environment.now();
    if (attempt > 0) attempt = 0;
  };
  while (!signal.aborted) {
    const outcome = await once(url, headersOf(await token(), lastId), environment, signal, {
      opened: () => {
        isAlive();
        handlers.onState({ state: 'live' });
      },
      heard: isAlive,
      frame: (frame) => {
        lastId = frame.id;
        handlers.onFrame(frame);
      },
    });
    if (isAborted(signal)) return lastId;
    if (outcome === 'refused') {
      handlers.onRefused();
      return lastId;
    }
    if (outcome === 'bad-resume') lastId = '';
    attempt += 1;
    handlers.onState({ state: 'stale', sinceMs: aliveMs, attempt });
    await environment.sleep(backoffMs(attempt, environment.random()), signal);
  }
  return lastId;
}

/** Twice as long after each failure, half of it by chance. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** Math.min(attempt - 1, 20));
  return full / 2 + (full / 2) * random;
}

interface Heard {
  readonly opened: () => void;
  readonly heard: () => void;
  readonly frame: (frame: Frame) => void;
}

/** One connection until it ends, whatever ends it. */
async function once(
  url: string,
  headers: Record<string, string>,
  environment: StreamEnvironment,
  signal: AbortSignal,
  told: Heard,
): Promise<'ended' | 'refused' | 'bad-resume'> {
  const connection = new AbortController();
  const stop = (): void => connection.abort();
  signal.addEventListener('abort', stop);
  try {
    const response = await environment.fetch(url, { headers, signal: connection.signal, cache: 'no-store' });
    if (REFUSED.has(response.status)) return 'refused';
    if (response.status === BAD_RESUME && headers['last-event-id'] !== undefined) return 'bad-resume';
    if (!response.ok || response.body === null) return 'ended';
    told.opened();
    await read(response.body, environment, connection, told);
    return 'ended';
  } catch {
    return 'ended'; // cut, refused by the network, or broken off by us: the caller says stale and comes back
  } finally {
    signal.removeEventListener('abort', stop);
    connection.abort();
  }
}

async function read(
  body: ReadableStream<Uint8Array>,
  environment: StreamEnvironment,
  connection: AbortController,
  told: Heard,
): Promise<void> {
  const parser = new SseParser();
  const decoder = new TextDecoder();
  const reader = body.getReader();
  for (;;) {
    const silence = new AbortController();
    void environment.sleep(SILENCE_MS_MAX, silence.signal).then(() => {
      if (!silence.signal.aborted) connection.abort();
    });
    const { done, value } = await reader.read().finally(() => silence.abort());
    if (done) return;
    told.heard();
    for (const frame of parser.push(decoder.decode(value, { stream: true }))) told.frame(frame);
  }
}

function headersOf(token = '', lastId: string): Record<string, string> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  return lastId === '' ? headers : { ...headers, 'last-event-id': lastId };
}

/** Asked anew after each await; a direct read would be narrowed to what it was before. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
