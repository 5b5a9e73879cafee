import { CIRCUIT_FAILURES_MAX, CIRCUIT_OPEN_MS } from '@flightdeck/aws';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ProfileCache, PROFILE_CACHE_OPTIONS } from './profile-cache.js';
import type { Found } from './profile-source.js';

const now = { ms: 0 };
const clock = () => now.ms;
beforeEach(() => {
  now.ms = 0;
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A source that answers when the test says so. */
class HeldSource {
  readonly questions: (readonly string[])[] = [];
  private readonly answers: ((answer: ReadonlyMap<string, Found> | Error) => void)[] = [];
  get asked(): readonly string[] {
    return this.questions.flat();
  }
  find(userIds: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    this.questions.push([...userIds]);
    return new Promise((resolve, reject) => {
      this.answers.push((answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  }
  /** Answers every question that is open. */
  async answer(found: Readonly<Record<string, Found>> | Error): Promise<void> {
    await turn(); // what was asked in this turn is put at its end
    for (const answer of this.answers.splice(0))
      answer(found instanceof Error ? found : new Map(Object.entries(found)));
    await turn();
  }
}

const cacheOf = (source: HeldSource, options = {}) =>
  new ProfileCache(source, clock, { ...PROFILE_CACHE_OPTIONS, timeoutMs: 1, ...options });
const UNKNOWN = (...users: readonly string[]) => new Map(users.map((user) => [user, 'unknown']));

describe('profiles', () => {
  it('are unknown while the source is slow, and known once it has answered', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    expect(await cache.profilesOf(['a', 'b'])).toEqual(UNKNOWN('a', 'b'));
    await source.answer({ a: { segment: 's' } });
    expect(await cache.profilesOf(['a', 'b'])).toEqual(new Map([['a', { segment: 's' }]]));
    expect(cache.stats()).toMatchObject({ hits: 2, misses: 2, unknown: 2, timeouts: 1, users: 2 });
  });

  it('are waited for when the source is quick', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source, { timeoutMs: 60_000 });
    const profiles = cache.profilesOf(['a']);
    await source.answer({ a: { segment: 's' } });
    expect(await profiles).toEqual(new Map([['a', { segment: 's' }]]));
    expect(cache.stats()).toMatchObject({ unknown: 0, timeouts: 0 });
  });

  it('are asked for once at a time, and again when they are old', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    await Promise.all([cache.profilesOf(['a', 'a']), cache.profilesOf(['a'])]);
    expect(source.asked).toEqual(['a']);
    await source.answer({ a: {} });
    await cache.profilesOf(['a']);
    expect(source.asked).toEqual(['a']);
    now.ms += PROFILE_CACHE_OPTIONS.ttlMs;
    await cache.profilesOf(['a']);
    expect(source.asked).toEqual(['a', 'a']);
  });

  it('of all requests of a moment are asked for in one call, a hundred in each', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    const users = Array.from({ length: 150 }, (_, index) => `u${index}`);
    await Promise.all([cache.profilesOf(['a']), cache.profilesOf(['b', 'a']), cache.profilesOf(users)]);
    expect(source.questions.map((question) => question.length)).toEqual([100, 52]);
    expect(new Set(source.asked).size).toBe(152);
  });

  it('are unknown when the source fails, which is counted, and the next request asks again', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    await cache.profilesOf(['a']);
    await source.answer(new Error('down'));
    expect(cache.stats().failures).toBe(1);
    expect(await cache.profilesOf(['a'])).toEqual(UNKNOWN('a'));
    expect(source.asked).toEqual(['a', 'a']);
  });

  it('are not waited for while the source is down, and asked for again after a while', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    for (let failure = 0; failure < CIRCUIT_FAILURES_MAX; failure += 1) {
      await cache.profilesOf(['a']);
      await source.answer(new Error('down'));
    }
    const { timeouts } = cache.stats();
    expect(await cache.profilesOf(['a', 'b'])).toEqual(UNKNOWN('a', 'b'));
    expect([source.questions.length, cache.stats().timeouts]).toEqual([CIRCUIT_FAILURES_MAX, timeouts]);
    now.ms += CIRCUIT_OPEN_MS;
    await cache.profilesOf(['a']);
    await source.answer({ a: { n: '1' } });
    expect((await cache.profilesOf(['a'])).get('a')).toEqual({ n: '1' });
  });

  it('that are none are unknown, and not asked for again until they are old', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    await cache.profilesOf(['a']);
    await source.answer({ a: 'unusable' });
    expect(await cache.profilesOf(['a'])).toEqual(UNKNOWN('a'));
    expect([source.asked, cache.stats().unusable]).toEqual([['a'], 1]);
  });

  it('ask for no more than so many users, and remember no more than so many', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source, { lookupsMax: 2, usersMax: 1 });
    expect((await cache.profilesOf(['a', 'b', 'c'])).get('c')).toBe('unknown');
    expect(source.asked).toEqual(['a', 'b']);
    await source.answer({ a: { n: 'a' }, b: { n: 'b' } });
    expect(await cache.profilesOf(['b'])).toEqual(new Map([['b', { n: 'b' }]]));
    expect((await cache.profilesOf(['a'])).get('a')).toBe('unknown');
  });

  it('would be seen to hold the pipeline up if they were waited for (planted)', async () => {
    const source = new HeldSource();
    const patient = cacheOf(source, { timeoutMs: 60_000 });
    let isDone = false;
    const asked = patient.profilesOf(['a']).then(() => (isDone = true));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(isDone).toBe(false);
    await source.answer({});
    await asked;
  });
});
