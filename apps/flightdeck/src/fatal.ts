import type { Logger } from 'pino';
import { EXIT } from './cli/output.js';

/** Told that a part of the process has failed for good. */
export type OnFatal = (error: unknown, part: string) => void;

/** What is broken stays broken until the truth is read again: say so and end. */
export function endingOnFatal(logger: Logger): (error: unknown, part: string) => void {
  return (error, part) => {
    logger.fatal(
      { err: error, part },
      'A part of the process has failed for good; ending, so that a restart reads the truth.',
    );
    process.exit(EXIT.software);
  };
}
