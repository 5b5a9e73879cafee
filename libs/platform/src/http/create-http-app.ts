import helmet from '@fastify/helmet';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { IncomingMessage } from 'node:http';
import { assertAccessDeclared } from '../auth/assert-access-declared.js';
import { correlationIdOf, withCorrelation } from '../logging/correlation.js';
import { NestLogger } from '../logging/logger.js';
import { sendProblem } from '../problem/problem-filter.js';
import { installBodyParsers, type RawBodies } from './body-parsers.js';

export interface HttpAppOptions {
  readonly logger: Logger;
  /** Routes that parse their bodies themselves. */
  readonly rawBodies: readonly RawBodies[];
  /** The largest body of any other route, bytes. */
  readonly bodyLimit?: number;
  /** Believe `X-Forwarded-*`: only behind a proxy of ours. */
  readonly trustProxy?: boolean;
  /** Origins that scripts of its pages may speak to beside its own; none unless given. */
  readonly scriptPeers?: readonly string[];
  /** How long a client may take to send a request; {@link SENDING_TIMES} unless a test has no time to wait. */
  readonly sending?: SendingTimes;
}

/** How long a client may take, in milliseconds. */
export interface SendingTimes {
  readonly headersMs: number;
  /** The whole request, its body too: whoever sends a byte at a time holds a socket no longer than this. */
  readonly requestMs: number;
  /** How often the sockets are looked through for those that took too long. */
  readonly checkEveryMs: number;
}

export const BODY_LIMIT = 1024 * 1024;
export const SENDING_TIMES: SendingTimes = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000 };
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
const HEADERS_SIZE_MAX = 16 * 1024;
/** As long as the longest id a path can hold, percent-encoded. */
const PATH_PARAMETER_LENGTH_MAX = 512;

/** A failed start is an exception for the caller, not an end of the process; bodies are parsed by our own parsers. */
const NEST_OPTIONS = { bodyParser: false, abortOnError: false } as const;

type RootModule = Parameters<typeof NestFactory.create>[0];

/**
 * Nest on Fastify with this project's edges: bounded bodies, safe JSON, problem documents, security headers, correlation ids.
 * @throws {UndeclaredAccess} when a route declares no access. The answer is not listening yet.
 */
export async function createHttpApp(
  root: RootModule,
  options: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const { headersMs, requestMs, checkEveryMs } = options.sending ?? SENDING_TIMES;
  const adapter = new FastifyAdapter({
    forceCloseConnections: true, // an open event stream must not keep the process alive
    bodyLimit: options.bodyLimit ?? BODY_LIMIT,
    requestTimeout: requestMs,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: {
      headersTimeout: headersMs,
      connectionsCheckingInterval: checkEveryMs,
      maxHeaderSize: HEADERS_SIZE_MAX,
    },
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: PATH_PARAMETER_LENGTH_MAX },
    logger: false,
    genReqId: (request: IncomingMessage) => correlationIdOf(request.headers['x-correlation-id']),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, options.logger),
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-correlation-id', request.id);
    withCorrelation(request.id, done);
  });
  installBodyParsers(fastify, options.rawBodies);
  const logger = new NestLogger(options.logger);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest declares its options as a class and takes objects
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger, ...NEST_OPTIONS });
  await app.register(helmet, securityHeaders(options.scriptPeers ?? []));
  assertAccessDeclared(app);
  return app;
}

/** The server speaks plain HTTP behind a TLS proxy or on loopback: upgrading and HSTS are the proxy's. */
const securityHeaders = (scriptPeers: readonly string[]) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      connectSrc: ["'self'", ...scriptPeers],
      fontSrc: ["'self'", 'data:'],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      imgSrc: ["'self'", 'data:'],
      objectSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
    },
  },
  hsts: false,
  crossOriginEmbedderPolicy: false,
});
