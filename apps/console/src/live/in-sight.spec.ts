import { describe, expect, it } from '@jest/globals';
import { COVERED_MS_MAX, whileInSight, type Sight } from './in-sight';

/** A page that is shown and covered by hand, and a clock that is. */
function page() {
  let isShown = true;
  const listeners = new Set<(isLeaving: boolean) => void>();
  const waits: { readonly ms: number; readonly end: () => void }[] = [];
  const sight: Sight = {
    isShown: () => isShown,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (shown: boolean, isLeaving = false): Promise<void> => {
    isShown = shown;
    for (const listener of [...listeners]) listener(isLeaving);
    return settled();
  };
  const sleep = (ms: number): Promise<void> => new Promise((end) => waits.push({ ms, end }));
  return { sight, tell, sleep, waits };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function followed() {
  const { sight, tell, sleep, waits } = page();
  const stop = new AbortController();
  const runs: AbortSignal[] = [];
  const run = (signal: AbortSignal): Promise<void> => {
    runs.push(signal);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  const ended = whileInSight(sight, run, sleep, stop.signal);
  return { tell, waits, stop, runs, ended };
}

describe('what runs while the page is looked at', () => {
  it('goes on while the page is covered for a moment', async () => {
    const { tell, waits, runs, stop, ended } = followed();
    await settled();
    await tell(false);
    await tell(true);
    waits[0]?.end();
    await settled();
    expect(waits[0]?.ms).toBe(COVERED_MS_MAX);
    expect(runs.map(({ aborted }) => aborted)).toEqual([false]);
    stop.abort();
    await ended;
  });

  it('lets go once it is covered for long, and comes back with the page', async () => {
    const { tell, waits, runs, stop, ended } = followed();
    await settled();
    await tell(false);
    waits[0]?.end();
    await settled();
    expect(runs.map(({ aborted }) => aborted)).toEqual([true]);
    await tell(true);
    expect(runs.map(({ aborted }) => aborted)).toEqual([true, false]);
    stop.abort();
    await ended;
  });

  it('lets go at once when the page is left for another, which the browser may keep', async () => {
    const { tell, runs, stop, ended } = followed();
    await settled();
    await tell(true, true); // it says that it is shown until it is gone
    expect(runs.map(({ aborted }) => aborted)).toEqual([true]);
    await tell(true);
    expect(runs.map(({ aborted }) => aborted)).toEqual([true, false]);
    stop.abort();
    await ended;
  });

  it('does not run again what has ended by itself', async () => {
    const { sight, sleep } = page();
    let runs = 0;
    const run = async (): Promise<void> => void (runs += 1);
    await whileInSight(sight, run, sleep, new AbortController().signal);
    expect(runs).toBe(1);
  });

  it('would be seen to hold its line behind other tabs (planted)', async () => {
    const { sight, tell, sleep, waits } = page();
    const never: Sight = { ...sight, isShown: () => true };
    const stop = new AbortController();
    let signal: AbortSignal | undefined;
    const ended = whileInSight(
      never,
      (given) => new Promise((resolve) => (signal = given).addEventListener('abort', () => resolve())),
      sleep,
      stop.signal,
    );
    await tell(false);
    waits[0]?.end();
    await settled();
    expect(signal?.aborted).toBe(false);
    stop.abort();
    await ended;
  });
});
