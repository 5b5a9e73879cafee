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

/** What an application says of itself, each made when it is first asked for. */
export interface Descriptions {
  /** What can be asked of it over HTTP. */
  readonly openApi: () => OpenAPIObject;
  /** What it sends of its own accord. */
  readonly asyncApi: () => Readonly<Record<string, unknown>>;
}

/** Keeps what the application said of itself. It is told by {@link installOpenApi}, which needs the whole application. */
@Injectable()
export class OpenApiHolder {
  private descriptions: Descriptions | undefined;
  private readonly made = new Map<keyof Descriptions, string>();

  provide(descriptions: Descriptions): void {
    this.descriptions = descriptions;
  }

  /** A document as JSON text. @throws {ProblemException} 404 before they were provided. */
  text(name: keyof Descriptions): string {
    if (this.descriptions === undefined)
      throw new ProblemException(404, 'not-found', 'This process does not describe itself.');
    const text = this.made.get(name) ?? JSON.stringify(this.descriptions[name]());
    this.made.set(name, text);
    return text;
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
    return this.document.text('openApi');
  }

  @Public()
  @Get('asyncapi.json')
  asyncApi(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.type('application/json; charset=utf-8');
    return this.document.text('asyncApi');
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
