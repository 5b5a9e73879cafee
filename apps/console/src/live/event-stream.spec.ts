import { describe, expect, it } from '@jest/globals';
import {
  BACKOFF_MS_MAX,
  backoffMs,
  followStream,
  SILENCE_MS_MAX,
  type StreamEnvironment,
  type StreamState,
} from './event-stream';

type Answer = (init: RequestInit) => Response;

const stream = (...pieces: readonly string[]): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    }),
  );
const frame = (id: string): string => `id: ${id}\ndata: ${id}\n\n`;

/** Follows against a list of answers and aborts when they are used up. */
async function follow(answers: readonly Answer[], planted?: { readonly dropsId: true }) {
  const seen = {
    ids: [] as string[],
    asked: [] as (string | null)[],
    states: [] as StreamState[],
    refused: 0,
  };
  const slept: number[] = [];
  const stopping = new AbortController();
  const left = [...answers];
  const environment: StreamEnvironment = {
    now: () => 1_000,
    random: () => 0.5,
    sleep: (ms, signal) => {
      if (ms === SILENCE_MS_MAX) return new Promise((done) => signal.addEventListener('abort', () => done()));
      slept.push(ms);
      return Promise.resolve();
    },
    fetch: (_, init) => {
      const headers = new Headers(init.headers);
      seen.asked.push(planted === undefined ? headers.get('last-event-id') : null);
      const next = left.shift();
      if (next !== undefined) return Promise.resolve(next(init));
      stopping.abort();
      return Promise.reject(new Error('aborted'));
    },
  };
  const handlers = {
    onFrame: ({ data }: { data: string }) => void seen.ids.push(data),
    onState: (state: StreamState) => void seen.states.push(state),
    onRefused: () => {
      seen.refused++;
    },
  };
  await followStream('/s', async () => 'token', handlers, environment, stopping.signal);
  return { ...seen, slept };
}

describe('following the event stream', () => {
  it('comes back with the last id it saw', async () => {
    const { ids, asked } = await follow([() => stream(frame('1'), frame('2')), () => stream(frame('3'))]);
    expect(ids).toEqual(['1', '2', '3']);
    expect(asked).toEqual([null, '2', '3']);
  });

  it('would notice a client that does not say where it was (planted)', async () => {
    const { asked } = await follow([() => stream(frame('1')), () => stream(frame('2'))], { dropsId: true });
    expect(asked).not.toEqual([null, '1', '2']);
  });

  it('says stale while it is cut, and live again', async () => {
    const { states } = await follow([
      () => stream(frame('1')),
      () => new Response('', { status: 503 }),
      () => stream(),
    ]);
    expect(states.map(({ state }) => state)).toEqual([
      'connecting',
      'live',
      'stale',
      'stale',
      'live',
      'stale',
    ]);
  });

  it('waits longer after each failure, up to a limit, and begins anew once it was heard', async () => {
    const fails = Array.from({ length: 9 }, () => () => new Response('', { status: 502 }));
    const { slept } = await follow([...fails, () => stream(frame('1'))]);
    expect(slept.slice(0, 4)).toEqual([187.5, 375, 750, 1500]);
    expect(Math.max(...slept)).toBe(BACKOFF_MS_MAX * 0.75);
    expect(slept.at(-1)).toBe(187.5);
  });

  it('never waits longer than its limit, nor not at all', () => {
    for (let attempt = 1; attempt < 2_000; attempt++) {
      expect(backoffMs(attempt, 1)).toBeLessThanOrEqual(BACKOFF_MS_MAX);
      expect(backoffMs(attempt, 0)).toBeGreaterThan(0);
    }
  });

  it('gives up when the token is refused', async () => {
    const { refused, asked } = await follow([() => new Response('', { status: 401 }), () => stream()]);
    expect([refused, asked.length]).toEqual([1, 1]);
  });

  it('starts anew when the server no longer knows its id', async () => {
    const { asked, ids } = await follow([
      () => stream(frame('1')),
      () => new Response('', { status: 400 }),
      () => stream(frame('2')),
    ]);
    expect(asked).toEqual([null, '1', null, '2']);
    expect(ids).toEqual(['1', '2']);
  });
});
