import type { INestApplication } from '@nestjs/common';
import { OpenApiHolder } from './docs.controller.js';
import { openApiDocument } from './open-api-document.js';

/** Lets `/openapi.json` and `/docs` describe every route of the application; the document is made when first asked for. */
export function installOpenApi(app: INestApplication, version: string): void {
  app.get(OpenApiHolder).provide(() => openApiDocument(app, version));
}
