import { ProblemException, Public } from '@flightdeck/platform';
import { Controller, Get, Inject, Injectable, Param, Res } from '@nestjs/common';
import { ApiExcludeController, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Swagger UI's own files; nothing else of its directory is served. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const INIT_SCRIPT = 'swagger-init.js';

/** Keeps what the application said of itself. It is told by {@link installOpenApi}, which needs the whole application. */
@Injectable()
export class OpenApiHolder {
  private make: (() => OpenAPIObject) | undefined;
  private made: string | undefined;

  provide(make: () => OpenAPIObject): void {
    this.make = make;
  }

  /** The document as JSON text. @throws {ProblemException} 404 before it was provided. */
  text(): string {
    if (this.make === undefined)
      throw new ProblemException(404, 'not-found', 'This process does not describe itself.');
    return (this.made ??= JSON.stringify(this.make()));
  }
}

/** The description of the API and a page to try it. Public: it tells nothing of what is inside. */
@ApiExcludeController()
@Controller()
export class DocsController {
  private readonly directory = swaggerUiDirectory();

  constructor(@Inject(OpenApiHolder) private readonly document: OpenApiHolder) {}

  @Public()
  @Get('openapi.json')
  openApi(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('application/json; charset=utf-8');
    return this.document.text();
  }

  @Public()
  @Get('docs')
  page(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('text/html; charset=utf-8');
    return PAGE;
  }

  @Public()
  @Get('docs/:asset')
  async asset(
    @Param('asset') asset: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Buffer> {
    void reply.header('cache-control', 'public, max-age=3600');
    if (asset === INIT_SCRIPT) {
      void reply.type('text/javascript; charset=utf-8');
      return INIT;
    }
    const type = Object.hasOwn(ASSETS, asset) ? ASSETS[asset] : undefined;
    if (type === undefined) throw new ProblemException(404, 'not-found');
    void reply.type(type);
    return readFile(join(this.directory, asset));
  }
}

/** Where npm put Swagger UI, which comes with @nestjs/swagger. */
function swaggerUiDirectory(): string {
  const fromSwagger = createRequire(createRequire(import.meta.url).resolve('@nestjs/swagger'));
  return dirname(fromSwagger.resolve('swagger-ui-dist/package.json'));
}

const INIT = `window.ui = SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#ui', deepLinking: true, persistAuthorization: false, tryItOutEnabled: true,
});`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Flightdeck API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/${INIT_SCRIPT}"></script>
</body>
</html>`;
