import { CIRCUIT_FAILURES_MAX, CIRCUIT_OPEN_MS } from '@flightdeck/aws';
import {
  profileSourceBreaches,
  profileSourceContract,
  startRedisPeer,
  type OpenedProfileSource,
  type RedisPeer,
} from '@flightdeck/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Found, ProfileSource } from '../profile-source.js';
import { redisProfiles, TTL_MS, type RedisProfiles } from './redis.js';

const never = new AbortController().signal;
const now = { ms: 0 };
const OPTIONS = { monotonicMs: () => now.ms, random: () => 0 };

/** What is asked of the source behind. */
class Behind implements ProfileSource {
  readonly rows = new Map<string, Found>();
  readonly asked: string[] = [];
  async find(userIds: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Found>> {
    signal.throwIfAborted();
    this.asked.push(...userIds);
    return new Map([...this.rows].filter(([userId]) => userIds.includes(userId)));
  }
}

interface Opened extends OpenedProfileSource {
  readonly source: RedisProfiles;
  readonly peer: RedisPeer;
  readonly behind: Behind;
}

async function opened(): Promise<Opened> {
  now.ms = 0;
  const peer = await startRedisPeer();
  const behind = new Behind();
  const source = redisProfiles(peer.url, behind, OPTIONS);
  await until(() => peer.commands.includes('INFO'));
  await turn();
  return {
    ...{ source, peer, behind },
    put: async (userId, profile) => void behind.rows.set(userId, profile),
    spoil: async (userId) => void behind.rows.set(userId, 'unusable'),
    close: async () => {
      source.close();
      await peer.close();
    },
  };
}

profileSourceContract('Redis before another', opened);

describe('Redis before the source of profiles', () => {
  let cache: Opened;
  beforeEach(async () => {
    cache = await opened();
    await cache.put('a', { segment: 's' });
  });
  afterEach(() => cache.close());
  const find = (...users: readonly string[]) => cache.source.find(users, never);

  it('remembers who is known and who is not, for a limited time, for every process', async () => {
    await find('a', 'nobody');
    await until(() => cache.peer.values.size === 2);
    const other = redisProfiles(cache.peer.url, cache.behind, OPTIONS);
    await until(() => cache.peer.commands.filter((name) => name === 'INFO').length === 2);
    await turn();
    expect(await other.find(['a', 'nobody'], never)).toEqual(new Map([['a', { segment: 's' }]]));
    expect(cache.behind.asked).toEqual(['a', 'nobody']);
    expect([...cache.peer.ttls.values()]).toEqual([TTL_MS, TTL_MS]);
    expect(other.stats()).toEqual({ hits: 2, misses: 0, failures: 0, bypassed: 0 });
    other.close();
  });

  it.each([
    ['answers nothing', 'silent'],
    ['answers errors', 'failing'],
  ] as const)('goes to the source when it %s, and after a while no longer asks', async (_, mood) => {
    cache.peer.mood = mood;
    for (let n = 0; n < CIRCUIT_FAILURES_MAX; n += 1) {
      expect((await find('a')).get('a')).toEqual({ segment: 's' });
    }
    const { bypassed, failures } = cache.source.stats();
    expect(failures).toBeGreaterThanOrEqual(CIRCUIT_FAILURES_MAX);
    const commands = cache.peer.commands.length;
    expect((await find('a')).get('a')).toEqual({ segment: 's' });
    expect([cache.peer.commands.length, cache.source.stats().bypassed]).toEqual([commands, bypassed + 1]);
  });

  it('goes to the source while the connection is broken, and comes back by itself', async () => {
    await find('a');
    await until(() => cache.peer.values.size === 1);
    cache.peer.cut();
    await until(() => cache.peer.commands.filter((name) => name === 'INFO').length === 2);
    now.ms += CIRCUIT_OPEN_MS;
    await turn();
    expect((await find('a')).get('a')).toEqual({ segment: 's' });
    await cache.peer.close();
    expect((await find('a')).get('a')).toEqual({ segment: 's' });
    expect(cache.behind.asked).toEqual(['a', 'a']);
  });

  it('takes what it did not write for not there', async () => {
    for (const text of ['no JSON', '5', '{"segment":5}']) {
      cache.peer.values.set('flightdeck:profile:a', text);
      expect((await find('a')).get('a')).toEqual({ segment: 's' });
    }
    expect(cache.behind.asked).toEqual(['a', 'a', 'a']);
  });

  it.each([
    ['no URL', 'redis'],
    ['another scheme', 'http://127.0.0.1'],
    ['no TLS on the way to elsewhere', 'redis://:secret@cache.example:6379'],
  ])('refuses an address with %s, and does not repeat it', (_, url) => {
    expect(() => redisProfiles(url, cache.behind, OPTIONS)).toThrow(RangeError);
    expect(() => redisProfiles(url, cache.behind, OPTIONS)).not.toThrow(/secret/u);
  });

  it('would be seen to mix users up (planted)', async () => {
    cache.peer.values.set('flightdeck:profile:user-1', '{"segment":"of another"}');
    expect(await profileSourceBreaches(cache, 6)).toContain(
      'the first time user-1 is {"segment":"of another"}',
    );
  });
});

/** Asks with a pause between until it is so; Jest ends what never is. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((next) => setTimeout(next, 2));
}
/** What came over a socket in this turn is taken in. */
function turn(): Promise<void> {
  return new Promise((next) => setTimeout(next, 20));
}
