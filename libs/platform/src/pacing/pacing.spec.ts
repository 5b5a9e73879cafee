import { describe, expect, it } from '@jest/globals';
import { Pacing } from './pacing.js';

const SHARE = 0.03;
const MANNERS = { share: SHARE, busyCores: 0.25, stretchMs: 3 };

/** A thread that works in pieces of so many ms while others use `others` of a core, for a second of work. */
async function share(others: number, pieceMs = 2, signal = new AbortController().signal): Promise<number> {
  let [now, worked, cpu] = [0, 0, 0];
  const pass = (ms: number): void => {
    now += ms;
    cpu += ms * others;
  };
  const pacing = new Pacing({
    ...MANNERS,
    nowMs: () => now,
    workedMs: () => worked,
    cpuMs: () => cpu,
    sleep: async (ms) => pass(ms),
  });
  while (worked < 1_000) {
    pass(pieceMs);
    worked += pieceMs;
    cpu += pieceMs;
    await pacing.breathe(signal);
  }
  return worked / now;
}

describe('work that can wait', () => {
  it('works without a pause while it is alone', async () => {
    expect(await share(0)).toBe(1);
    expect(await share(0.1)).toBe(1);
  });

  it('takes its share and no more while others work, however long its pieces are', async () => {
    for (const pieceMs of [2, 20, 250])
      for (const others of [1, 2]) expect(await share(others, pieceMs)).toBeCloseTo(SHARE, 2);
  });

  it('does not pause once it is told to end', async () => {
    expect(await share(2, 20, AbortSignal.abort())).toBe(1);
  });

  it('works again as soon as the others rest', async () => {
    let [now, worked, slept] = [0, 0, 0];
    const pacing = new Pacing({
      ...MANNERS,
      nowMs: () => now,
      workedMs: () => worked,
      cpuMs: () => worked + Math.min(now, 400), // the others work for 400 ms
      sleep: async (ms) => {
        now += ms;
        slept += ms;
      },
    });
    [now, worked] = [50, 50];
    await pacing.breathe(new AbortController().signal);
    expect(slept).toBeGreaterThan(400);
    expect(slept).toBeLessThanOrEqual(1_600);
    expect(slept).toBeLessThan(50 / SHARE);
  });
});
