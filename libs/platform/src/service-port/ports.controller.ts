import { once } from 'node:events';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Module,
  Param,
  Post,
  Res,
  type DynamicModule,
  type InjectionToken,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Permission } from '../auth/permission.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { ProblemException } from '../problem/problem.js';
import {
  carried,
  decodeArguments,
  encodeAnswer,
  frameOf,
  HEARTBEAT_EVERY_MS,
  PORTS_CONTENT_TYPE,
  PORTS_PATH,
  PORTS_PERMISSION,
  type PortAnswer,
} from './wire.js';

/** What a process offers the others: calls that may be made twice without harm, and feeds that begin where they are opened. */
export interface ServedPort {
  readonly calls?: Readonly<Record<string, (...values: never[]) => unknown>>;
  readonly feeds?: Readonly<Record<string, (signal: AbortSignal) => AsyncIterable<unknown>>>;
}
export type ServedPorts = Readonly<Record<string, ServedPort>>;

/** Nest injection token of the ports that this process serves. */
export const SERVED_PORTS = Symbol('ServedPorts');

/** Answers the other processes of the same Flightdeck. The door is a token that only they have. */
@Controller(PORTS_PATH)
export class PortsController {
  constructor(
    @Inject(SERVED_PORTS) private readonly ports: ServedPorts,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Permission(PORTS_PERMISSION)
  @Post(':port/:call')
  @HttpCode(200)
  async call(
    @Param('port') port: string,
    @Param('call') name: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const call = own(own(this.ports, port)?.calls, name);
    if (call === undefined || !(body instanceof Uint8Array)) throw unknownPort(port, name);
    void reply.type(PORTS_CONTENT_TYPE);
    return encodeAnswer(await answerOf(call, argumentsIn(body)));
  }

  @Permission(PORTS_PERMISSION)
  @Get(':port/:feed')
  async feed(
    @Param('port') port: string,
    @Param('feed') name: string,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const feed = own(own(this.ports, port)?.feeds, name);
    if (feed === undefined) throw unknownPort(port, name);
    reply.hijack();
    const { raw } = reply;
    const gone = new AbortController();
    raw.on('close', () => gone.abort());
    raw.writeHead(200, { 'content-type': PORTS_CONTENT_TYPE });
    raw.write(frameOf());
    const heartbeat = setInterval(() => raw.write(frameOf()), HEARTBEAT_EVERY_MS);
    try {
      for await (const item of feed(gone.signal)) {
        if (!raw.write(frameOf(item))) await once(raw, 'drain', { signal: gone.signal });
      }
    } catch (error) {
      if (!gone.signal.aborted)
        this.logger.error({ err: error, port, feed: name }, 'A feed between processes failed.');
    } finally {
      clearInterval(heartbeat);
      raw.end();
    }
  }
}

export interface PortsOptions {
  readonly imports?: readonly DynamicModule[];
  readonly inject: readonly InjectionToken[];
  readonly useFactory: (...parts: never[]) => ServedPorts;
}

/** Serves ports under {@link PORTS_PATH}; the application needs `PORTS_BODIES` among its raw bodies. */
@Module({})
export class PortsModule {
  static register({ imports = [], inject, useFactory }: PortsOptions): DynamicModule {
    return {
      module: PortsModule,
      imports: [...imports],
      controllers: [PortsController],
      providers: [{ provide: SERVED_PORTS, inject: [...inject], useFactory }],
    };
  }
}

async function answerOf(
  call: (...values: never[]) => unknown,
  values: readonly unknown[],
): Promise<PortAnswer> {
  try {
    return { ok: true, value: await call(...(values as never[])) };
  } catch (error) {
    return { ok: false, error: carried(error) }; // thrown again, and logged, where it was called from
  }
}

function argumentsIn(body: Uint8Array): readonly unknown[] {
  try {
    return decodeArguments(body);
  } catch (error) {
    throw new ProblemException(400, 'malformed', error instanceof Error ? error.message : String(error));
  }
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function unknownPort(port: string, name: string): ProblemException {
  return new ProblemException(404, 'not-found', `This process has no port ${port}/${name}.`);
}
