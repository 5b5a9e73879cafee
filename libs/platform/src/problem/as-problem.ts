import { HttpException } from '@nestjs/common';
import { ProblemException } from './problem.js';

/** Stable codes of the statuses that the framework itself answers with. */
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  409: 'conflict',
  412: 'precondition-failed',
  413: 'too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  422: 'unprocessable',
  428: 'precondition-required',
  429: 'too-many-requests',
  431: 'headers-too-large',
  503: 'unavailable',
};

/** Any exception as the problem it is answered with; what nobody foresaw is a 500 that says nothing of the inside. */
export function asProblem(exception: unknown): ProblemException {
  if (exception instanceof ProblemException) return exception;
  if (exception instanceof HttpException) return ofStatus(exception.getStatus(), exception.message);
  const status = clientStatusOf(exception);
  if (status !== undefined)
    return ofStatus(status, exception instanceof Error ? exception.message : undefined);
  return new ProblemException(
    500,
    'internal',
    'Something went wrong on our side; the correlation id finds it in the log.',
  );
}

function ofStatus(status: number, detail: string | undefined): ProblemException {
  const known = CODE_OF_STATUS[status] ?? (status < 500 ? 'bad-request' : 'internal');
  return new ProblemException(status, known, status < 500 ? detail : undefined);
}

/** Fastify's own errors carry a code of theirs and the status; a 4xx message of theirs speaks of the request only. */
function clientStatusOf(exception: unknown): number | undefined {
  if (!(exception instanceof Error) || !('statusCode' in exception) || !('code' in exception))
    return undefined;
  const { statusCode, code } = exception;
  const isFastifys = typeof code === 'string' && code.startsWith('FST_');
  return isFastifys && typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
}
