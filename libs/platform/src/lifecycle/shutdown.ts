import type { Logger } from 'pino';

export interface ShutdownOptions {
  readonly logger: Logger;
  /** In order: stop accepting, drain, flush. Each is awaited before the next. */
  readonly steps: readonly { readonly name: string; readonly run: () => Promise<void> | void }[];
  /** After this the process ends with 1, whatever is still going on. */
  readonly deadlineMs?: number;
  readonly exit?: (code: number) => void;
}

export const SHUTDOWN_DEADLINE_MS = 5_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * On SIGTERM or SIGINT runs the steps and exits 0; 1 when a step failed or the deadline passed. A second signal changes nothing.
 * Answers the function that does it, for a stop without a signal, and one that removes the handlers.
 */
export function installShutdown(options: ShutdownOptions): {
  readonly shutdown: (why: string) => Promise<void>;
  readonly uninstall: () => void;
} {
  let stopping: Promise<void> | undefined;
  const shutdown = (why: string): Promise<void> => (stopping ??= stop(options, why));
  const handlers = SIGNALS.map((signal) => ({ signal, handle: () => void shutdown(signal) }));
  for (const { signal, handle } of handlers) process.on(signal, handle);
  return {
    shutdown,
    uninstall: () => handlers.forEach(({ signal, handle }) => process.off(signal, handle)),
  };
}

async function stop(options: ShutdownOptions, why: string): Promise<void> {
  const exit = options.exit ?? ((code: number) => process.exit(code));
  const { logger, deadlineMs = SHUTDOWN_DEADLINE_MS } = options;
  let ended = false;
  const end = (code: number): void => {
    if (!ended) exit(code);
    ended = true;
  };
  const deadline = setTimeout(() => {
    logger.error({ why, deadlineMs }, 'The shutdown did not end in time.');
    end(1);
  }, deadlineMs);
  deadline.unref();
  logger.info({ why }, 'Shutting down.');
  let failed = false;
  for (const step of options.steps) {
    try {
      await step.run();
    } catch (error) {
      failed = true; // the steps after it still flush what they hold
      logger.error({ err: error, step: step.name }, 'A step of the shutdown failed.');
    }
  }
  clearTimeout(deadline);
  end(failed ? 1 : 0);
}
