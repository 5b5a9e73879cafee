import {
  Body,
  Controller,
  Get,
  Global,
  HttpException,
  Module,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
  type DynamicModule,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Caller } from '../auth/auth-guard.js';
import { AUTHENTICATOR, type Authenticator, type Principal } from '../auth/authenticator.js';
import { Permission, Public } from '../auth/permission.js';
import { CLOCK } from '../clock.js';
import { createHttpApp, type SendingTimes } from '../http/create-http-app.js';
import { Idempotent } from '../idempotency/idempotency-interceptor.js';
import {
  IDEMPOTENCY_STORE,
  type IdempotencyRecord,
  type IdempotencyStore,
} from '../idempotency/idempotency-store.js';
import { createLogger, LOGGER } from '../logging/logger.js';
import { PlatformModule } from '../platform.module.js';
import { ProblemException } from '../problem/problem.js';
import { IfMatch, IfMatchOrNew, type Expected } from '../resource/etag.js';

export const RAW_LIMIT = 4096;
export const BODY_LIMIT = 1024;
const thing = z.strictObject({ name: z.string().min(1), inner: z.strictObject({ count: z.int() }) });

let made = 0;
let release: (() => void) | undefined;

/** Resolves with what lets the slow request go on, once that request has begun. */
export async function slowRequestBegun(): Promise<() => void> {
  while (release === undefined) await new Promise((resolve) => setImmediate(resolve));
  return release;
}

@Controller('things')
export class ThingController {
  @Permission('things:write')
  @Idempotent({ onceOnly: ['secret'] })
  @Post()
  make(
    @Body({ schema: thing }) body: z.output<typeof thing>,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Caller() caller: Principal,
  ): unknown {
    made++;
    void reply.header('etag', `"${made}"`);
    return { ...body, number: made, by: caller.id, secret: 's3cret' };
  }

  @Permission('things:write')
  @Idempotent()
  @Post('slow')
  async slow(): Promise<unknown> {
    await new Promise<void>((resolve) => (release = resolve));
    return { done: true };
  }

  @Permission('things:write')
  @Post(':id/change')
  change(@IfMatch() revision: number | 'any'): unknown {
    if (revision !== 'any' && revision !== 7) throw new ProblemException(412, 'precondition-failed');
    return { revision };
  }

  @Permission('things:write')
  @Put(':id')
  put(@IfMatchOrNew() expected: Expected): unknown {
    if (expected === 'none') throw new ProblemException(412, 'precondition-failed');
    return { expected };
  }

  @Permission('things:write')
  @Get('guarded')
  guarded(): string {
    return 'ok';
  }

  @Public()
  @Get('query')
  query(@Query({ schema: z.strictObject({ n: z.coerce.number() }) }) query: { n: number }): unknown {
    return query;
  }

  @Public()
  @Get('fail/:how')
  fail(@Param('how') how: string): never {
    if (how === 'http') throw new HttpException('the teapot', 418);
    throw new Error('the password is hunter2');
  }
}

@Controller('v1/raw')
class RawController {
  @Public()
  @Post()
  take(@Req() request: FastifyRequest): unknown {
    return { bytes: Buffer.isBuffer(request.body) ? request.body.length : -1 };
  }
}

const people: Record<string, Principal> = {
  'writer-token': { id: 'writer', role: 'manager', permissions: ['things:write'] },
  'other-token': { id: 'other', role: 'manager', permissions: ['things:write'] },
  'reader-token': { id: 'reader', role: 'auditor', permissions: [] },
};

const records = new Map<string, IdempotencyRecord>();
const store: IdempotencyStore = {
  find: async (key) => records.get(key),
  keep: async (key, record) => void records.set(key, record),
};
const authenticator: Authenticator = { authenticate: (token) => people[token] };
const logger = createLogger({ level: 'silent' });

@Global()
@Module({
  providers: [
    { provide: AUTHENTICATOR, useValue: authenticator },
    { provide: IDEMPOTENCY_STORE, useValue: store },
    { provide: CLOCK, useValue: () => 0 },
    { provide: LOGGER, useValue: logger },
  ],
  exports: [AUTHENTICATOR, IDEMPOTENCY_STORE, CLOCK, LOGGER],
})
class Ports {}

@Module({})
class Root {
  static with(controllers: (new () => object)[], modules: DynamicModule[]): DynamicModule {
    return { module: Root, imports: [Ports, ...modules, PlatformModule.register()], controllers };
  }
}

const options = {
  logger,
  bodyLimit: BODY_LIMIT,
  rawBodies: [
    {
      pathPrefix: '/v1/raw',
      contentTypes: ['application/json', 'application/x-ndjson'],
      bodyLimit: RAW_LIMIT,
    },
  ],
};

/** An application over the platform with these controllers and modules besides its own, not listening yet. */
export function testApp(
  controllers: (new () => object)[] = [],
  modules: DynamicModule[] = [],
  sending?: SendingTimes,
): Promise<NestFastifyApplication> {
  const root = Root.with([ThingController, RawController, ...controllers], modules);
  return createHttpApp(root, sending === undefined ? options : { ...options, sending });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The body parsed; undefined when it is not JSON. */
  readonly json: unknown;
}

export interface TestClient {
  readonly app: NestFastifyApplication;
  readonly port: number;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  /** Posts as the writer unless told otherwise; an object goes as JSON. */
  post(path: string, payload: string | Buffer | object, headers?: Record<string, string>): Promise<Answer>;
}

/** Starts the application on a free port. */
export async function startTestApp(sending?: SendingTimes): Promise<TestClient> {
  const app = await testApp([], [], sending);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const send = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, init);
    const body = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body,
      json: isJson ? JSON.parse(body) : undefined,
    };
  };
  const asWriter = { authorization: 'Bearer writer-token' };
  return {
    app,
    port,
    get: (path, headers = {}) => send(path, { headers }),
    post: (path, payload, headers = {}) =>
      typeof payload === 'string' || Buffer.isBuffer(payload)
        ? send(path, { method: 'POST', body: payload, headers: { ...asWriter, ...headers } })
        : send(path, {
            method: 'POST',
            body: JSON.stringify(payload),
            headers: { ...asWriter, ...json, ...headers },
          }),
  };
}

export const json = { 'content-type': 'application/json' };
export const good = { name: 'a', inner: { count: 1 } };
