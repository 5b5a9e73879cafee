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

/** What a change expects to find: a revision, whatever there is, or nothing yet. */
export type Expected = number | 'any' | 'none';

/**
 * As {@link expectedRevision}, of a route that also makes what is not there yet: `If-None-Match: *` expects that nothing is
 * (RFC 9110 §13.1.2), so that of two who are first one is told.
 * @throws {ProblemException} also 400 for another `If-None-Match`, or for both headers.
 */
export function expectedState(ifMatch: string | undefined, ifNoneMatch: string | undefined): Expected {
  if (ifNoneMatch === undefined) return expectedRevision(ifMatch);
  if (ifMatch !== undefined || ifNoneMatch.trim() !== '*')
    throw new ProblemException(
      400,
      'if-none-match',
      'If-None-Match takes * here, and comes without If-Match.',
    );
  return 'none';
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

/** Parameter decorator: the revision that `If-Match` names, `any`, or `none` for `If-None-Match: *`. */
export const IfMatchOrNew = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  return expectedState(headers['if-match'], headers['if-none-match']);
});

/** Parameter decorator: the revision that `If-Match` names, or `any`. */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext) =>
  expectedRevision(context.switchToHttp().getRequest<FastifyRequest>().headers['if-match']),
);
