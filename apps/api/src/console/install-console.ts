import compress from '@fastify/compress';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodedFor, readAssets } from './assets.js';

/** Answers shorter than this are sent as they are: compressing them costs more than it saves. */
const COMPRESS_FROM_BYTES = 8_192;
/** The names of assets hold a digest of what is in them: they never change. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** First segments of paths that are the API's, or files: never answered with a page. */
const NO_PAGES = new Set(['v1', 'docs', 'assets', 'healthz', 'readyz', 'metrics']);

/**
 * Serves the built web console in `directory` at `/`, and compresses long JSON answers. Every path that is no file and not the
 * API's gets the page, which knows its own routes. Without a built console nothing is added. Call it before `listen`.
 */
export async function installConsole(app: NestFastifyApplication, directory: string): Promise<void> {
  const page = join(directory, 'index.html');
  if (!existsSync(page)) return;
  const html = readFileSync(page, 'utf8');
  const assets = readAssets(join(directory, 'assets'));
  await app.register(compress, {
    threshold: COMPRESS_FROM_BYTES,
    encodings: ['gzip'],
    customTypes: /^application\/(?:[\w.-]+\+)?json/u,
    globalDecompression: false,
  });
  const answerPage = (request: FastifyRequest, reply: FastifyReply): void => {
    if (!isPage(request.url)) reply.callNotFound();
    else void reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html);
  };
  const answerAsset = (request: FastifyRequest<{ Params: { name: string } }>, reply: FastifyReply): void => {
    const asset = assets.get(request.params.name);
    if (asset === undefined) {
      reply.callNotFound();
      return;
    }
    const { bytes, encoding } = encodedFor(asset, request.headers['accept-encoding']);
    if (encoding !== undefined) void reply.header('content-encoding', encoding);
    void reply.type(asset.type).headers({ 'cache-control': FOR_EVER, vary: 'accept-encoding' }).send(bytes);
  };
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/', answerPage);
  fastify.get('/*', answerPage);
  fastify.get('/assets/:name', answerAsset);
}

/** Whether a path is one of the console's: no file, and not under what the API serves. */
export function isPage(url: string): boolean {
  const path = url.split('?', 1)[0] ?? '/';
  const segments = path.split('/').slice(1);
  if (NO_PAGES.has(segments[0] ?? '')) return false;
  return !/\.(?:js|css|map|png|svg|ico|json|txt|xml|php|woff2?)$/u.test(path);
}
