import { STATUS_CODES } from 'node:http';

/** RFC 9457 problem details. `code` is stable and for programs, `title` and `detail` are for people. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly instance?: string;
  readonly correlationId?: string;
  readonly errors?: readonly ProblemPointer[];
}

/** One mistake in a request: a JSON pointer (RFC 6901) into the body, or the name of a parameter, and what is wrong. */
export interface ProblemPointer {
  readonly pointer: string;
  readonly detail: string;
}

export const PROBLEM_CONTENT_TYPE = 'application/problem+json; charset=utf-8';

/** The most mistakes one problem document names. */
export const POINTERS_MAX = 100;

/** An answer that says no. Throw it anywhere in a request; the filter turns it into `application/problem+json`. */
export class ProblemException extends Error {
  override readonly name = 'ProblemException';
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail?: string,
    readonly extra: {
      readonly title?: string;
      readonly errors?: readonly ProblemPointer[];
      readonly headers?: Readonly<Record<string, string>>;
      readonly members?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(detail ?? code);
  }
}

/** The problem document of an exception of ours; `type` is `about:blank` (RFC 9457 §4.2.1) as the code tells problems apart. */
export function problemOf(exception: ProblemException): Problem & Readonly<Record<string, unknown>> {
  const { status, code, detail, extra } = exception;
  return {
    ...extra.members,
    type: 'about:blank',
    title: extra.title ?? STATUS_CODES[status] ?? 'Error',
    status,
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(extra.errors === undefined ? {} : { errors: extra.errors.slice(0, POINTERS_MAX) }),
  };
}

/** RFC 6901: `['a/b', 0]` becomes `/a~1b/0`; the whole document is the empty string. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
