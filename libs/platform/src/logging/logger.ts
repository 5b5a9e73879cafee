import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Logger } from 'pino';
import { correlationId } from './correlation.js';

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

const SECRET_NAMES = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'apiKey',
  'adminToken',
  'hmacKey',
];

/** Everything under these names is replaced, at the top and up to two levels down. */
const REDACTED_PATHS = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

const BEARER = /Bearer\s+[\w.~+/=-]{1,4096}/gi;

/** A structured logger: JSON lines, UTC times, the request's correlation id, secrets redacted. ERROR means wake a human. */
export function createLogger(options: {
  readonly level: LogLevel | 'silent';
  readonly name?: string;
  readonly destination?: DestinationStream;
}): Logger {
  const settings = {
    level: options.level,
    ...(options.name === undefined ? {} : { name: options.name }),
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    mixin: () => {
      const id = correlationId();
      return id === undefined ? {} : { correlationId: id };
    },
    hooks: {
      logMethod(this: Logger, parameters: Parameters<Logger['info']>, method: Logger['info']) {
        method.apply(this, parameters.map(withoutBearer) as typeof parameters);
      },
    },
  };
  return options.destination === undefined
    ? pino(settings, pino.destination({ dest: 2, sync: true }))
    : pino(settings, options.destination);
}

function withoutBearer(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(BEARER, 'Bearer [redacted]') : value;
}

/** Nest's own log lines through the process's logger; how it wires its modules interests only who debugs it. */
export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }
  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }
  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }
  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context last, and a stack before it when there is one. */
  private write(level: LogLevel | 'fatal', message: unknown, rest: readonly unknown[]): void {
    const context = rest.at(-1);
    const details = rest.slice(0, -1);
    const fields = {
      ...(typeof context === 'string' ? { context } : {}),
      ...(details.length === 0 ? {} : { details }),
      ...(message instanceof Error ? { err: message } : {}),
    };
    this.logger[level](fields, message instanceof Error ? message.message : String(message));
  }
}

/** Nest injection token of the process's pino logger. */
export const LOGGER = Symbol('Logger');
export type { Logger } from 'pino';
