import { Controller, Get, Inject, Module, Res, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, Reflector } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import { AuthGuard } from './auth/auth-guard.js';
import { AUTHENTICATOR, type Authenticator } from './auth/authenticator.js';
import { Public } from './auth/permission.js';
import { ACCESS_BOOK, type AccessBook } from './booking/booked.js';
import { BookingInterceptor } from './booking/booking-interceptor.js';
import { CLOCK, type Clock } from './clock.js';
import { Health } from './health/health.js';
import { IDEMPOTENCY_STORE, type IdempotencyStore } from './idempotency/idempotency-store.js';
import { IdempotencyInterceptor } from './idempotency/idempotency-interceptor.js';
import { LOGGER } from './logging/logger.js';
import { Metrics } from './metrics/metrics.js';
import { ProblemFilter } from './problem/problem-filter.js';
import { validationPipe } from './problem/validation.js';

/** What an orchestrator asks: alive, ready, and the numbers. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(Health) private readonly health: Health,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  @Public()
  @Get('healthz')
  healthz(): { readonly status: 'alive' } {
    return { status: 'alive' };
  }

  @Public()
  @Get('readyz')
  readyz(@Res({ passthrough: true }) reply: FastifyReply): unknown {
    const { ready, parts } = this.health.check();
    void reply.status(ready ? 200 : 503);
    return { status: ready ? 'ready' : 'not-ready', parts };
  }

  @Public()
  @Get('metrics')
  async scrape(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const { contentType, body } = await this.metrics.text();
    void reply.type(contentType);
    return body;
  }
}

/**
 * Guard, filter, pipe, access book and idempotency for every route of the process, and `/healthz`, `/readyz`, `/metrics`. Needs the
 * tokens AUTHENTICATOR, IDEMPOTENCY_STORE, CLOCK and LOGGER from global modules, and ACCESS_BOOK where routes are booked.
 */
@Module({})
export class PlatformModule {
  static register(): DynamicModule {
    return {
      module: PlatformModule,
      global: true,
      controllers: [OperationsController],
      providers: [
        Health,
        Metrics,
        {
          provide: APP_GUARD,
          inject: [AUTHENTICATOR],
          useFactory: (known: Authenticator) => new AuthGuard(known),
        },
        { provide: APP_FILTER, inject: [LOGGER], useFactory: (logger: Logger) => new ProblemFilter(logger) },
        { provide: APP_PIPE, useFactory: validationPipe },
        {
          provide: APP_INTERCEPTOR,
          inject: [Reflector, { token: ACCESS_BOOK, optional: true }, CLOCK, LOGGER],
          useFactory: (reflector: Reflector, book: AccessBook | undefined, clock: Clock, logger: Logger) =>
            new BookingInterceptor(reflector, book, clock, logger),
        },
        {
          provide: APP_INTERCEPTOR,
          inject: [Reflector, IDEMPOTENCY_STORE, CLOCK],
          useFactory: (reflector: Reflector, store: IdempotencyStore, clock: Clock) =>
            new IdempotencyInterceptor(reflector, store, clock),
        },
      ],
      exports: [Health, Metrics],
    };
  }
}
