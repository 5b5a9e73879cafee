import type { INestApplication } from '@nestjs/common';
import { asyncApiDocument } from './async-api-document.js';
import { OpenApiHolder } from './docs.controller.js';
import { openApiDocument } from './open-api-document.js';

/**
 * Lets `/openapi.json` and `/docs` describe every route of the application, and `/asyncapi.json` what it sends; each document is
 * made when first asked for.
 */
export function installOpenApi(app: INestApplication, version: string): void {
  app.get(OpenApiHolder).provide({
    openApi: () => openApiDocument(app, version),
    asyncApi: () => asyncApiDocument(version),
  });
}
