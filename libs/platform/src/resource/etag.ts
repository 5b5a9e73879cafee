import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ProblemException } from '../problem/problem.js';

const STRONG_REVISION = /^"(\d{1,15})"$/;

/** The strong entity tag (RFC 9110 §8.8.3) of a resource whose stream has this revision. */
export function etagOf(revision: number): string {
  return `"${revision}"`;
}

/**
 * The revision that an `If-Match` header expects; `any` for `*`.
 * @throws {ProblemException} 428 without one, 412 for a tag this resource never had (a weak one never matches), 400 for a list.
 */
export function expectedRevision(ifMatch: string | undefined): number | 'any' {
  const value = ifMatch?.trim();
  if (value === undefined || value === '') {
    throw new ProblemException(
      428,
      'precondition-required',
      'Send If-Match with the ETag of what you are changing.',
    );
  }
  if (value === '*') return 'any';
  if (value.includes(','))
    throw new ProblemException(400, 'if-match', 'If-Match takes one entity tag here, or *.');
  const revision = STRONG_REVISION.exec(value)?.[1];
  if (revision === undefined) throw lostUpdate();
  return Number(revision);
}

/** The problem of a change that was made against a revision which is no longer the current one. */
export function lostUpdate(current?: number): ProblemException {
  return new ProblemException(
    412,
    'precondition-failed',
    'It has changed since: read it again and decide again.',
    {
      ...(current === undefined ? {} : { headers: { etag: etagOf(current) } }),
    },
  );
}

/** Parameter decorator: the revision that `If-Match` names, or `any`. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  expectedRevision(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);
