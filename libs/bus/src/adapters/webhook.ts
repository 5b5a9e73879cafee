import { lookup as resolveName, type LookupAddress } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { addressGuard, type AddressGuard } from '../webhook/address-guard.js';
import type { Sent, WebhookSender } from '../webhook/webhook-sender.js';

/** From the first byte sent to the last one read. */
export const TIMEOUT_MS = 15_000;
/** Connections to one receiver. */
const SOCKETS_MAX = 8;
/** Read of an answer and dropped, so that the connection can be used again; more than that and it is closed. */
const ANSWER_BYTES_MAX = 64 * 1024;
/** Status of a receiver that wants nothing more (RFC 9110 §15.5.11). */
const GONE = 410;

export interface WebhookSenderOptions {
  /** Ranges of special addresses that may be reached, e.g. `10.1.0.0/16`; none by default. Plain HTTP only goes there. */
  readonly allow?: readonly string[];
  /** Unless given, the system's resolver. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
  readonly timeoutMs?: number;
}

/** The address is one that webhooks may not reach. */
class ForbiddenAddress extends Error {
  override readonly name = 'ForbiddenAddress';
}

/**
 * Posts over HTTPS. The address is judged when the connection is made, on the very addresses that are connected to, so a name that
 * is resolved anew gains nothing; redirects are not followed. @throws {RangeError} when an allowed range is none.
 */
export function webhookSender(options: WebhookSenderOptions = {}): WebhookSender {
  const { resolve = systemResolve, timeoutMs = TIMEOUT_MS } = options;
  const guard = addressGuard(options.allow ?? []);
  const settings = { keepAlive: true, maxSockets: SOCKETS_MAX };
  const agents = { 'http:': new HttpAgent(settings), 'https:': new HttpsAgent(settings) };
  return {
    post: async (url, headers, body) => {
      try {
        return await post(new URL(url), headers, body);
      } catch (error) {
        return failed(error);
      }
    },
    close: () => {
      agents['http:'].destroy();
      agents['https:'].destroy();
    },
  };

  function post(url: URL, headers: Readonly<Record<string, string>>, body: string): Promise<Sent> {
    const { protocol } = url;
    if (protocol !== 'https:' && protocol !== 'http:') throw new ForbiddenAddress('Only https: is sent to.');
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0) judge(guard, host, protocol); // an address is connected to without being looked up
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    return new Promise((done, fail) => {
      const request = send(url, {
        method: 'POST',
        agent: agents[protocol],
        lookup: guardedLookup(guard, resolve, protocol),
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Flightdeck-Webhooks/1',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      });
      request.once('error', fail);
      request.once('response', (response) => {
        response.once('error', fail);
        void drained(response).then(() => done(verdict(response)));
      });
      request.end(body);
    });
  }
}

function judge(guard: AddressGuard, address: string, protocol: string): void {
  const verdict = guard.judge(address);
  if (verdict === 'forbidden')
    throw new ForbiddenAddress(`${address} is not an address that webhooks may reach.`);
  if (verdict === 'public' && protocol === 'http:')
    throw new ForbiddenAddress('Over the public internet a webhook needs https:.');
}

/** Every address that the name has must be one that may be reached: of a mixed answer nothing is used. */
function guardedLookup(
  guard: AddressGuard,
  resolve: (hostname: string) => Promise<readonly LookupAddress[]>,
  protocol: string,
): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        try {
          for (const { address } of addresses) judge(guard, address, protocol);
        } catch (error) {
          callback(error as Error, '');
          return;
        }
        const [first] = addresses;
        if (all === true) callback(null, [...addresses]);
        else if (first === undefined) callback(new Error(`${hostname} has no address.`), '');
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as Error, ''),
    );
  };
}

function systemResolve(hostname: string): Promise<readonly LookupAddress[]> {
  return new Promise((done, fail) => {
    resolveName(hostname, { all: true }, (error, addresses) =>
      error === null ? done(addresses) : fail(error),
    );
  });
}

async function drained(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  try {
    for await (const part of response) {
      bytes += (part as Buffer).byteLength;
      if (bytes > ANSWER_BYTES_MAX) response.destroy();
    }
  } catch {
    // the status is the answer; what follows it is nobody's concern
  }
}

function verdict({ statusCode: status = 0, headers }: IncomingMessage): Sent {
  if (status >= 200 && status < 300) return { ok: true, status };
  if (status >= 300 && status < 400)
    return {
      ok: false,
      status,
      error: `It answered ${status}; redirects are not followed.`,
      retryable: true,
    };
  if (status === GONE)
    return { ok: false, status, error: 'The receiver is gone for good (410).', retryable: false };
  const seconds = Number(headers['retry-after']);
  return {
    ...{ ok: false, status, error: `It answered ${status}.`, retryable: true },
    ...(Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {}),
  };
}

function failed(error: unknown): Sent {
  const { name, message, code } = error as Error & { readonly code?: string };
  if (name === 'ForbiddenAddress') return { ok: false, status: null, error: message, retryable: false };
  if (name === 'AbortError' || name === 'TimeoutError')
    return { ok: false, status: null, error: 'It did not answer in time.', retryable: true };
  return { ok: false, status: null, error: `No answer: ${code ?? message}.`, retryable: true };
}
