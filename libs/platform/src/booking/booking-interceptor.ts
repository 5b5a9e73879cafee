import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Observable } from 'rxjs';
import { principalOf } from '../auth/auth-guard.js';
import type { Clock } from '../clock.js';
import { correlationId } from '../logging/correlation.js';
import { ProblemException } from '../problem/problem.js';
import { BOOKED_METADATA, type AccessBook, type BookedAccess, type Booking } from './booked.js';

/** The most parameters of a request that are kept, and the most characters of each. */
const PARAMETERS_MAX = 20;
const PARAMETER_LENGTH_MAX = 200;
/** Repeated reads that are remembered within one minute; beyond it each is booked. */
const REMEMBERED_MAX = 10_000;
const MINUTE_MS = 60_000;
const HIDDEN = '(hidden)';

/** Books every use of a {@link Booked} route before it is used. Without a book, or while it cannot be written, it answers 503. */
export class BookingInterceptor implements NestInterceptor {
  private readonly remembered = new Set<string>();
  private minute = 0;

  constructor(
    private readonly reflector: Reflector,
    private readonly book: AccessBook | undefined,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const booking = this.reflector.get<Booking | undefined>(BOOKED_METADATA, context.getHandler());
    if (booking === undefined || context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (booking.unlessQuery !== undefined && namesOne(request, booking.unlessQuery)) return next.handle();
    const nowMs = this.clock();
    const access = accessOf(request, booking, nowMs);
    const repeat = booking.oncePerMinute === true ? repeatOf(access) : undefined;
    if (repeat !== undefined && this.isRemembered(repeat, nowMs)) return next.handle();
    await this.write(access);
    if (repeat !== undefined && this.remembered.size < REMEMBERED_MAX) this.remembered.add(repeat);
    return next.handle();
  }

  private async write(access: BookedAccess): Promise<void> {
    try {
      if (this.book === undefined) throw new Error('This process has no access book.');
      await this.book.book(access);
    } catch (error) {
      this.logger.error(
        { err: error, action: access.action },
        'An access could not be booked; it is refused.',
      );
      throw new ProblemException(
        503,
        'access-not-booked',
        'This access must be booked, and the book cannot be written now.',
        { headers: { 'retry-after': '1' } },
      );
    }
  }

  private isRemembered(repeat: string, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.minute) {
      this.minute = minute;
      this.remembered.clear();
    }
    return this.remembered.has(repeat);
  }
}

/** A parameter given twice names more than one thing. */
function namesOne(request: FastifyRequest, name: string): boolean {
  const value = (request.query as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value !== '';
}

function accessOf(request: FastifyRequest, booking: Booking, nowMs: number): BookedAccess {
  const { id, role, person } = principalOf(request);
  const correlation = correlationId();
  return {
    ...{ action: booking.action, actor: id, role },
    ...(person === undefined ? {} : { person }),
    route: `${request.method} ${request.routeOptions.url ?? '(none)'}`,
    parameters: parametersOf(request, booking),
    ...(correlation === undefined ? {} : { correlationId: correlation }),
    at: new Date(nowMs).toISOString(),
  };
}

function parametersOf(request: FastifyRequest, { hidden = [], body = [] }: Booking): Record<string, string> {
  const named = request.body as Readonly<Record<string, unknown>> | null | undefined;
  const all: [string, unknown][] = [
    ...Object.entries(request.params ?? {}).map(([name, value]: [string, unknown]): [string, unknown] => [
      name,
      hidden.includes(name) ? HIDDEN : value,
    ]),
    ...Object.entries(request.query ?? {}),
    ...body.map((name): [string, unknown] => [name, named?.[name]]),
  ];
  const kept = all.filter(([, value]) => value !== undefined).slice(0, PARAMETERS_MAX);
  return Object.fromEntries(
    kept.map(([name, value]) => [name.slice(0, PARAMETER_LENGTH_MAX), textOf(value)]),
  );
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.slice(0, PARAMETER_LENGTH_MAX);
}

/** What makes two reads the same, whenever they happen. */
function repeatOf({ at: _, correlationId: __, ...access }: BookedAccess): string {
  return JSON.stringify(access);
}
