import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ProblemException } from '../problem/problem.js';
import { JsonRefused, parseJson } from './safe-json.js';

/** Routes under `pathPrefix` get the body as the bytes that came, whichever of `contentTypes` they are. */
export interface RawBodies {
  readonly pathPrefix: string;
  readonly contentTypes: readonly string[];
  readonly bodyLimit: number;
}

const JSON_TYPE = 'application/json';
const UNSUPPORTED = 'unsupported-media-type';

/** Installs the body parsers; the limits hold before a byte is parsed, and for chunked bodies while they come in. */
export function installBodyParsers(fastify: FastifyInstance, rawBodies: readonly RawBodies[]): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRoute', (route) => {
    const raw = rawOf(route.url, rawBodies);
    if (raw !== undefined) route.bodyLimit = raw.bodyLimit;
  });
  for (const type of new Set([JSON_TYPE, ...rawBodies.flatMap(({ contentTypes }) => contentTypes)])) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      try {
        done(null, bodyOf(request, type, body as Buffer, rawBodies));
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
  }
}

function bodyOf(
  request: FastifyRequest,
  type: string,
  body: Buffer,
  rawBodies: readonly RawBodies[],
): unknown {
  const raw = rawOf(request.routeOptions.url ?? '', rawBodies);
  if (raw !== undefined) {
    if (raw.contentTypes.includes(type)) return body;
    throw new ProblemException(415, UNSUPPORTED, `This route takes ${raw.contentTypes.join(', ')}.`);
  }
  if (type !== JSON_TYPE) throw new ProblemException(415, UNSUPPORTED, `This route takes ${JSON_TYPE}.`);
  if (body.length === 0) return undefined;
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof JsonRefused) throw new ProblemException(400, 'malformed', error.message);
    throw error;
  }
}

function rawOf(path: string, rawBodies: readonly RawBodies[]): RawBodies | undefined {
  return rawBodies.find(({ pathPrefix }) => path === pathPrefix || path.startsWith(`${pathPrefix}/`));
}
