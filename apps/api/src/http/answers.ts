import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** The route's success: its status and the schema of its body, or none. Also says so in the OpenAPI document. */
export function Answers(
  status: 200 | 201 | 202 | 204,
  schema?: z.ZodType,
  description = 'Success',
): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, description, ...(schema === undefined ? {} : { standardSchema: schema }) }),
  );
}

/** The route takes `If-Match` and answers 412 when it is lost, 428 when it is absent. */
export function NeedsIfMatch(): MethodDecorator {
  return ApiHeader({
    name: 'If-Match',
    required: true,
    description: 'The ETag of what is changed, or *.',
    schema: { type: 'string', examples: ['"3"'] },
  });
}

/** As {@link NeedsIfMatch}, of a route that also makes what is not there yet: `If-None-Match: *` expects that nothing is. */
export function NeedsIfMatchOrNew(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-Match',
      required: false,
      description: 'The ETag of what is changed, or * for whatever there is. This or If-None-Match.',
      schema: { type: 'string', examples: ['"3"'] },
    }),
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description: 'Only if there is nothing yet.',
      schema: { type: 'string', enum: ['*'] },
    }),
  );
}

/** The route takes `Idempotency-Key`. */
export function TakesIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key with the same request gets the first answer again, for 24 hours.',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  });
}
