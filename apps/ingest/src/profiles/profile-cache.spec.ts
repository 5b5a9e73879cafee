import { describe, expect, it } from '@jest/globals';
import type { Profile } from '../prepare/settings.js';
import { ProfileCache, PROFILE_CACHE_OPTIONS } from './profile-cache.js';

const now = { ms: 0 };
const clock = () => now.ms;

/** A source that answers when the test says so. */
class HeldSource {
  readonly asked: string[] = [];
  private readonly answers = new Map<string, (profile: Profile | undefined | Error) => void>();
  find(userId: string): Promise<Profile | undefined> {
    this.asked.push(userId);
    return new Promise((resolve, reject) => {
      this.answers.set(userId, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
    });
  }
  async answer(userId: string, profile: Profile | undefined | Error): Promise<void> {
    this.answers.get(userId)?.(profile);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const cacheOf = (source: HeldSource, options = {}) =>
  new ProfileCache(source, clock, { ...PROFILE_CACHE_OPTIONS, timeoutMs: 1, ...options });

describe('profiles', () => {
  it('are unknown while the source is slow, and known once it has answered', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    expect(await cache.profilesOf(['a', 'b'])).toEqual(
      new Map([
        ['a', 'unknown'],
        ['b', 'unknown'],
      ]),
    );
    await source.answer('a', { segment: 's' });
    await source.answer('b', undefined);
    expect(await cache.profilesOf(['a', 'b'])).toEqual(new Map([['a', { segment: 's' }]]));
  });

  it('are asked for once at a time, and again when they are old', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    await Promise.all([cache.profilesOf(['a', 'a']), cache.profilesOf(['a'])]);
    expect(source.asked).toEqual(['a']);
    await source.answer('a', {});
    await cache.profilesOf(['a']);
    expect(source.asked).toEqual(['a']);
    now.ms += PROFILE_CACHE_OPTIONS.ttlMs;
    await cache.profilesOf(['a']);
    expect(source.asked).toEqual(['a', 'a']);
  });

  it('are unknown when the source fails, which is counted, and the next request asks again', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source);
    await cache.profilesOf(['a']);
    await source.answer('a', new Error('down'));
    expect(cache.failures).toBe(1);
    expect(await cache.profilesOf(['a'])).toEqual(new Map([['a', 'unknown']]));
    expect(source.asked).toEqual(['a', 'a']);
  });

  it('ask no more than so many questions, and remember no more than so many users', async () => {
    const source = new HeldSource();
    const cache = cacheOf(source, { lookupsMax: 2, usersMax: 1 });
    expect((await cache.profilesOf(['a', 'b', 'c'])).get('c')).toBe('unknown');
    expect(source.asked).toEqual(['a', 'b']);
    await source.answer('a', { n: 'a' });
    await source.answer('b', { n: 'b' });
    expect(await cache.profilesOf(['b'])).toEqual(new Map([['b', { n: 'b' }]]));
    expect((await cache.profilesOf(['a'])).get('a')).toBe('unknown');
  });
});
