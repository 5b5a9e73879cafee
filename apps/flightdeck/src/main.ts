import 'reflect-metadata';
import { ConfigMistakes, parseEnvironment } from '@flightdeck/platform';
import { ApiError } from './cli/client.js';
import { commandLine } from './cli/command-line.js';
import { EXIT } from './cli/output.js';
import { environmentSchema } from './config.js';

/** Errors whose message says what to do: another process owns the data, the partition count is fixed, a file is no such file. */
const ACTIONABLE = new Set([
  'StoreInUse',
  'PartitionsMismatch',
  'ImportRefused',
  'BadAddress',
  'ArchiveBroken',
]);

try {
  await commandLine(() => parseEnvironment(environmentSchema, process.env), process.env).parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** One sentence for what a person can act on; a stack only for a bug. */
function report(error: unknown): number {
  if (error instanceof ConfigMistakes) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  if (error instanceof ApiError) {
    process.stderr.write(`${error.message} (${error.code})\n`);
    return error.status === 429 || error.status === 503 ? EXIT.tryAgain : EXIT.unavailable;
  }
  if (error instanceof Error && ACTIONABLE.has(error.name)) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.unavailable;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.software;
}
