import { describe, expect, it } from '@jest/globals';
import { afterFailure, RESTARTS_MAX, STABLE_AFTER_MS } from './restart-policy.js';

describe('a process that has ended by itself', () => {
  it('is started again, each time after a longer pause, up to a limit', () => {
    const pauses: number[] = [];
    for (let failures = 0; failures < RESTARTS_MAX; failures++) {
      const verdict = afterFailure(failures, 0);
      if (verdict === 'give-up') throw new Error('It was given up too early.');
      pauses.push(verdict.restartAfterMs);
      expect(verdict.failures).toBe(failures + 1);
    }
    expect(pauses).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  });

  it('is given up after too many failures in a row', () => {
    expect(afterFailure(RESTARTS_MAX, 0)).toBe('give-up');
  });

  it('has a clean sheet once it has run for a while', () => {
    expect(afterFailure(RESTARTS_MAX, STABLE_AFTER_MS)).toEqual({ restartAfterMs: 200, failures: 1 });
  });
});
