import { describe, expect, it } from '@jest/globals';
import { Pacing } from './pacing.js';

/** A thread that works in pieces of 2 ms while others use `others` of a core, for a second of work. */
async function share(others: number): Promise<number> {
  let [now, worked, cpu] = [0, 0, 0];
  const pass = (ms: number): void => {
    now += ms;
    cpu += ms * others;
  };
  const pacing = new Pacing({
    nowMs: () => now,
    workedMs: () => worked,
    cpuMs: () => cpu,
    sleep: async (ms) => pass(ms),
  });
  while (worked < 1_000) {
    pass(2);
    worked += 2;
    cpu += 2;
    await pacing.breathe();
  }
  return worked / now;
}

describe('the thread that hashes', () => {
  it('works without a pause while it is alone', async () => {
    expect(await share(0)).toBe(1);
    expect(await share(0.1)).toBe(1);
  });

  it('takes at most a twelfth of the time while others work', async () => {
    expect(await share(1)).toBeCloseTo(0.08, 2);
    expect(await share(2)).toBeCloseTo(0.08, 2);
  });
});
