import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { asProblem } from './as-problem.js';
import { PROBLEM_CONTENT_TYPE, problemOf } from './problem.js';

/** Every exception of every route becomes a problem document; a 500 is logged with its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(exception, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
  }
}

/** Writes the problem document of an exception, unless the answer has already begun. */
export function sendProblem(
  exception: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): void {
  const problem = asProblem(exception);
  if (wasLeft(exception, request)) {
    logger.debug({ method: request.method, path: pathOf(request) }, 'A caller went away before its answer.');
  } else if (problem.status >= 500) {
    logger.error({ err: exception, method: request.method, path: pathOf(request) }, 'A request failed.');
  }
  if (reply.sent || reply.raw.headersSent) return;
  if (problem.status === 413 || problem.status === 408) void reply.header('connection', 'close');
  void reply
    .status(problem.status)
    .headers(problem.extra.headers ?? {})
    .type(PROBLEM_CONTENT_TYPE)
    .send(JSON.stringify({ ...problemOf(problem), instance: pathOf(request), correlationId: request.id }));
}

/** Whether the work says only that it was stopped, for nobody waits for its answer any more. */
function wasLeft(exception: unknown, request: FastifyRequest): boolean {
  const { name } = (exception ?? {}) as { readonly name?: unknown };
  return name === 'AbortError' && request.raw.socket.destroyed;
}

/** The path without its query, which may hold what does not belong into an answer or a log. */
function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}
