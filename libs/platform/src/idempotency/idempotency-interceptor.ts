import { SetMetadata, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { finalize, from, mergeMap, type Observable } from 'rxjs';
import { principalOf } from '../auth/auth-guard.js';
import type { Clock } from '../clock.js';
import { ProblemException } from '../problem/problem.js';
import type { IdempotencyStore, StoredAnswer } from './idempotency-store.js';

const METADATA = 'flightdeck:idempotent';
const HEADER = 'idempotency-key';
const KEY_SHAPE = /^[\x21-\x7e]{1,128}$/;
/** Headers that belong to an answer, beside those every answer has. */
const KEPT_HEADERS = ['etag', 'location'] as const;
/** The most requests with a key that may run at once. */
const RUNNING_MAX = 10_000;

interface Options {
  /** Members of the answer that are told once and never kept: a replay has null there. */
  readonly onceOnly?: readonly string[];
}

/** The route takes `Idempotency-Key`: the same key, caller, path and body get the first answer again. */
export const Idempotent = (options: Options = {}): MethodDecorator => SetMetadata(METADATA, options);

/**
 * The key of a request's effects, if it has one: give it to whatever derives event ids, so that a crash between the effect and
 * the record of its answer is harmless. Contains the caller, so that two callers' equal keys stay apart.
 */
export function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const header = request.headers[HEADER];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !KEY_SHAPE.test(header)) {
    throw new ProblemException(
      400,
      'idempotency-key',
      'Idempotency-Key takes 1 to 128 printable ASCII characters.',
    );
  }
  return hash([principalOf(request).id, header]);
}

/** Answers a repeated request of the same caller and key with what the first was answered; while that runs, with 409. */
export class IdempotencyInterceptor implements NestInterceptor {
  private readonly running = new Set<string>();

  constructor(
    private readonly reflector: Reflector,
    private readonly store: IdempotencyStore,
    private readonly clock: Clock,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const options = this.reflector.get<Options | undefined>(METADATA, context.getHandler());
    if (options === undefined || context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const key = idempotencyKeyOf(request);
    if (key === undefined) return next.handle();
    if (this.running.has(key) || this.running.size >= RUNNING_MAX) throw stillRunning();
    this.running.add(key);
    try {
      const fingerprint = fingerprintOf(request);
      const known = await this.store.find(key, this.clock());
      if (known === undefined) return this.first(key, fingerprint, options, next, reply);
      this.running.delete(key);
      if (known.fingerprint !== fingerprint) throw otherRequest();
      return from([replay(known.answer, reply)]);
    } catch (error) {
      this.running.delete(key);
      throw error;
    }
  }

  /** Only success is kept: after a refusal the same request may be tried again and judged anew. */
  private first(
    key: string,
    fingerprint: string,
    options: Options,
    next: CallHandler,
    reply: FastifyReply,
  ): Observable<unknown> {
    return next.handle().pipe(
      mergeMap(async (body: unknown) => {
        const answer = answerOf(body, options, reply);
        await this.store.keep(key, { fingerprint, answer }, this.clock());
        return body;
      }),
      finalize(() => this.running.delete(key)),
    );
  }
}

function answerOf(body: unknown, options: Options, reply: FastifyReply): StoredAnswer {
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = reply.getHeader(name);
    if (typeof value === 'string') headers[name] = value;
  }
  if (typeof body !== 'object' || body === null) return { status: reply.statusCode, headers, body };
  const hidden = Object.fromEntries((options.onceOnly ?? []).map((name) => [name, null]));
  return { status: reply.statusCode, headers, body: { ...body, ...hidden } };
}

function replay(answer: StoredAnswer, reply: FastifyReply): unknown {
  void reply.status(answer.status).headers({ ...answer.headers, 'idempotency-replayed': 'true' });
  return answer.body;
}

function fingerprintOf({ method, url, body, headers }: FastifyRequest): string {
  const ifNoneMatch = headers['if-none-match'];
  return hash([
    ...[method, url, JSON.stringify(body ?? null), headers['if-match'] ?? ''],
    ...(ifNoneMatch === undefined ? [] : [ifNoneMatch]),
  ]);
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function stillRunning(): ProblemException {
  return new ProblemException(
    409,
    'idempotency-running',
    'A request with this Idempotency-Key is still running.',
    {
      headers: { 'retry-after': '1' },
    },
  );
}

function otherRequest(): ProblemException {
  return new ProblemException(
    422,
    'idempotency-reused',
    'This Idempotency-Key came with another request before.',
  );
}
