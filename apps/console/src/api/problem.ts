/** A refusal of the API: an RFC 9457 problem document, or what stands for one when the answer was none. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly status: number,
    /** Stable; for programs. */
    readonly code: string,
    readonly title: string,
    readonly detail: string | undefined,
    readonly errors: readonly FieldError[],
    readonly members: Readonly<Record<string, unknown>>,
  ) {
    super(detail ?? title);
  }
}

/** What is wrong at one place of the request's body. */
export interface FieldError {
  /** JSON Pointer (RFC 6901). */
  readonly pointer: string;
  readonly detail: string;
}

/** The problem that a failed request tells; `status` 0 means that no answer came. */
export function asProblem(body: unknown, status: number): ApiProblem {
  if (body instanceof ApiProblem) return body;
  if (!isRecord(body)) return status === 0 ? unreachable() : plain(status);
  const errors = Array.isArray(body['errors']) ? body['errors'].filter(isFieldError) : [];
  return new ApiProblem(
    status,
    text(body['code']) ?? 'unknown',
    text(body['title']) ?? `HTTP ${status}`,
    text(body['detail']),
    errors,
    body,
  );
}

function unreachable(): ApiProblem {
  return new ApiProblem(0, 'unreachable', 'Flightdeck does not answer', 'The request got no answer.', [], {});
}

function plain(status: number): ApiProblem {
  return new ApiProblem(status, 'unknown', `The request failed (HTTP ${status})`, undefined, [], {});
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Error);
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value['pointer'] === 'string' && typeof value['detail'] === 'string';
}
