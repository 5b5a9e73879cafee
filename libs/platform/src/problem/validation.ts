import { StandardSchemaValidationPipe } from '@nestjs/common';
import { jsonPointer, POINTERS_MAX, ProblemException } from './problem.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The problem of a request that does not have the shape its route declares, with a JSON pointer to each mistake. */
export function validationProblem(issues: readonly Issue[]): ProblemException {
  const errors = issues.slice(0, POINTERS_MAX).map((issue) => ({
    pointer: jsonPointer((issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))),
    detail: issue.message,
  }));
  return new ProblemException(
    400,
    'validation',
    'The request does not have the shape that this route takes.',
    { errors },
  );
}

/** The pipe that parses bodies, queries and path parameters with the schema beside them. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: validationProblem });
}
