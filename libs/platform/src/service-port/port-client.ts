import { Agent, request, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { ProblemException } from '../problem/problem.js';
import {
  decodeAnswer,
  encodeArguments,
  FrameReader,
  HEARTBEAT_EVERY_MS,
  PORTS_CONTENT_TYPE,
  PORTS_PATH,
  type CarriedError,
} from './wire.js';

/** How long a call waits for a process that is being restarted, before its caller is told. */
export const WAIT_FOR_PEER_MS = 5_000;
const CALL_TIMEOUT_MS = 15_000;
const PAUSE_FIRST_MS = 20;
const PAUSE_MAX_MS = 400;
const SOCKETS_MAX = 64;
/** A feed that is silent for so long is lost, whatever its socket says. */
const SILENCE_MAX_MS = 10 * HEARTBEAT_EVERY_MS;

/** Makes the exception again that a process threw. Undefined: an error of its name. */
export type ReviveError = (error: CarriedError) => Error | undefined;

export interface PortClientOptions {
  /** Base URL of the process that serves the ports. */
  readonly url: string;
  /** What it is called, for messages. */
  readonly name: string;
  readonly token: string;
  readonly reviveError?: ReviveError;
  readonly waitForPeerMs?: number;
  /** Milliseconds that only go forward. */
  readonly monotonicMs?: () => number;
}

/** Calls the ports of another process. All calls bear being made twice, so one whose answer was lost is made again. */
export class PortClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });

  constructor(private readonly options: PortClientOptions) {}

  /** @throws what the process threw; {@link ProblemException} 503 when it does not answer for {@link WAIT_FOR_PEER_MS}. */
  async call(port: string, name: string, values: readonly unknown[]): Promise<unknown> {
    const { monotonicMs = now, waitForPeerMs = WAIT_FOR_PEER_MS } = this.options;
    const body = encodeArguments(values);
    const giveUpMs = monotonicMs() + waitForPeerMs;
    for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
      try {
        return this.valueOf(await this.post(`${PORTS_PATH}/${port}/${name}`, body));
      } catch (error) {
        if (!isOutage(error)) throw error;
        if (monotonicMs() + pauseMs > giveUpMs) throw this.unavailable(error);
      }
      await delay(pauseMs);
    }
  }

  /** What a feed says from now on, until `signal` aborts. @throws when it is lost; something may have been said meanwhile. */
  async *feed(port: string, name: string, signal: AbortSignal): AsyncGenerator<unknown, void, undefined> {
    const response = await this.open('GET', `${PORTS_PATH}/${port}/${name}`, undefined, signal);
    const silence = new Silence(response);
    const frames = new FrameReader();
    try {
      for await (const bytes of response as AsyncIterable<Buffer>) {
        silence.broken();
        yield* frames.take(bytes);
      }
      if (!signal.aborted) throw new Outage(`The ${this.options.name} ended the feed.`);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      silence.end();
      response.destroy();
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private valueOf(bytes: Buffer): unknown {
    const answer = decodeAnswer(bytes);
    if (answer.ok) return answer.value;
    const { name, message, fields } = answer.error;
    throw this.options.reviveError?.(answer.error) ?? Object.assign(new Error(message), fields, { name });
  }

  private async post(path: string, body: Buffer): Promise<Buffer> {
    const response = await this.open('POST', path, body, AbortSignal.timeout(CALL_TIMEOUT_MS));
    try {
      const parts: Buffer[] = [];
      for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
      return Buffer.concat(parts);
    } catch (error) {
      throw new Outage('The answer broke off.', { cause: error });
    }
  }

  private open(
    method: string,
    path: string,
    body: Buffer | undefined,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    const { url, token, name } = this.options;
    return new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': PORTS_CONTENT_TYPE, 'content-length': body.length }),
      };
      const sent = request(new URL(path, url), { method, headers, agent: this.agent, signal }, (response) => {
        if (response.statusCode === 200) {
          resolve(response);
          return;
        }
        response.resume();
        const said = `The ${name} answered ${response.statusCode ?? 0} to ${method} ${path}.`;
        reject(response.statusCode === 503 ? new Outage(said) : new Error(said));
      });
      sent.on('error', (error) => reject(new Outage(`The ${name} does not answer.`, { cause: error })));
      sent.end(body);
    });
  }

  private unavailable(cause: unknown): ProblemException {
    const problem = new ProblemException(
      503,
      'unavailable',
      `The ${this.options.name} does not answer now.`,
      {
        headers: { 'retry-after': '1' },
      },
    );
    return Object.assign(problem, { cause });
  }
}

/** The process is not there now, or was lost in the middle: the same call may be made again. */
class Outage extends Error {
  override readonly name = 'Outage';
}

function isOutage(error: unknown): boolean {
  return error instanceof Outage;
}

/** Ends a response over which nothing comes any more. */
class Silence {
  private timer: NodeJS.Timeout;

  constructor(private readonly response: IncomingMessage) {
    this.timer = this.wait();
  }

  broken(): void {
    clearTimeout(this.timer);
    this.timer = this.wait();
  }

  end(): void {
    clearTimeout(this.timer);
  }

  private wait(): NodeJS.Timeout {
    return setTimeout(() => this.response.destroy(new Outage('The feed fell silent.')), SILENCE_MAX_MS);
  }
}

function now(): number {
  return performance.now();
}
