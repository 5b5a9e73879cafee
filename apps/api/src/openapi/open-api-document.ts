import { problemSchema } from '@flightdeck/contracts';
import { declaredRoutes, type Access } from '@flightdeck/platform';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { componentOf, type JsonSchema } from './zod-schema.js';

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;

/** What a route with a token can answer beside success; the permission it needs stands in `x-permission`. */
const REFUSALS: Readonly<Record<string, string>> = {
  '400': 'The request is not well-formed, or does not have the shape that the route takes.',
  '401': 'No token, or one that is not valid.',
  '403': 'The token does not grant the permission.',
};
const CHANGE_REFUSALS: Readonly<Record<string, string>> = {
  '404': 'There is no such thing.',
  '409': 'It cannot be done now, or the same Idempotency-Key is still running.',
  '412': 'It has changed since the revision in If-Match.',
  '413': 'The body is too large.',
  '415': 'The body is of a type that the route does not take.',
  '422': 'The business says no, or the Idempotency-Key came with another request before.',
  '428': 'If-Match is missing.',
};

interface Operation {
  operationId: string;
  responses: Record<string, { description: string; content?: unknown }>;
  parameters?: { name: string; in: string; required?: boolean }[];
  requestBody?: { required?: boolean };
  security?: Record<string, string[]>[];
  'x-permission'?: string;
}

/** The OpenAPI 3.1 document of everything the application serves, made from its routes and the schemas beside them. */
export function openApiDocument(app: INestApplication, version: string): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Flightdeck')
    .setDescription('An event-sourced control plane for ad campaigns.')
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'token')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
    standardSchemaConverter: (schema, { schemaType }) => componentOf(schema, schemaType),
  });
  const problem = componentOf(problemSchema, 'output');
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, ...problem?.components };
  const access = new Map(
    declaredRoutes(app).map((route) => [`${route.controller}.${route.method}`, route.access]),
  );
  for (const path of Object.values(document.paths)) {
    for (const method of METHODS) {
      const operation = path[method] as unknown as Operation | undefined;
      if (operation !== undefined)
        complete(operation, access.get(operation.operationId), problem?.schema, method !== 'get');
    }
  }
  return document;
}

function complete(
  operation: Operation,
  access: Access | undefined,
  problem: JsonSchema | undefined,
  isChange: boolean,
): void {
  for (const answer of Object.values(operation.responses)) answer.description ||= 'Success';
  const refusal = (description: string): Operation['responses'][string] => ({
    description,
    content: { 'application/problem+json': { schema: problem ?? {} } },
  });
  const refusals = isChange
    ? { ...REFUSALS, ...CHANGE_REFUSALS }
    : { ...REFUSALS, '404': CHANGE_REFUSALS['404'] ?? '' };
  const isPublic = access?.public !== false;
  for (const [status, description] of isPublic ? [] : Object.entries(refusals))
    operation.responses[status] ??= refusal(description);
  operation.responses['default'] ??= refusal('Anything else that went wrong.');
  operation.security = isPublic ? [] : [{ token: [] }];
  if (access?.public === false) operation['x-permission'] = access.permission;
}
