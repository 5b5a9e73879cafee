import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { installShutdown, type ShutdownOptions } from './shutdown.js';

const logger = createLogger({ level: 'silent' });

/** Resolves with the exit code and the steps that had begun by then. */
function stopped(
  steps: readonly [string, () => Promise<void> | void][],
  deadlineMs?: number,
): Promise<{ code: number; begun: string[] }> {
  return new Promise((resolve) => {
    const begun: string[] = [];
    const options: ShutdownOptions = {
      logger,
      steps: steps.map(([name, run]) => ({
        name,
        run: () => {
          begun.push(name);
          return run();
        },
      })),
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
      exit: (code) => {
        uninstall();
        resolve({ code, begun });
      },
    };
    const { uninstall } = installShutdown(options);
    process.emit('SIGTERM');
    process.emit('SIGTERM');
  });
}

const nothing = () => undefined;

describe('a shutdown', () => {
  it('runs every step once, in order, and exits 0', async () => {
    expect(
      await stopped([
        ['accept', nothing],
        ['drain', async () => nothing()],
        ['flush', nothing],
      ]),
    ).toEqual({
      code: 0,
      begun: ['accept', 'drain', 'flush'],
    });
  });

  it('still flushes when a step fails, and exits 1', async () => {
    const failing = () => Promise.reject(new Error('no'));
    expect(
      await stopped([
        ['drain', failing],
        ['flush', nothing],
      ]),
    ).toEqual({ code: 1, begun: ['drain', 'flush'] });
  });

  it('exits 1 when a step never ends', async () => {
    const never = () => new Promise<void>(nothing);
    expect(
      await stopped(
        [
          ['drain', never],
          ['flush', nothing],
        ],
        10,
      ),
    ).toEqual({ code: 1, begun: ['drain'] });
  });
});
