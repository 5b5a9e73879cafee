import type { Profile, ProfileSource } from '@flightdeck/profiles';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

/** A source of profiles, and the hand of whoever fills it. */
export interface OpenedProfileSource {
  readonly source: ProfileSource;
  /** Puts a profile in place of what is there. */
  put(userId: string, profile: Profile): Promise<void>;
  /** Puts something that is none. */
  spoil(userId: string): Promise<void>;
  close(): Promise<void>;
}

const never = new AbortController().signal;

/** Breaches of the port's promises for users that were put; empty when it is kept. Apart, so that a broken source can be shown to be caught. */
export async function profileSourceBreaches(
  opened: OpenedProfileSource,
  count: number,
): Promise<readonly string[]> {
  const users = Array.from({ length: count }, (_, index) => `user-${index}`);
  const known = users.filter((_, index) => index % 3 !== 0);
  await Promise.all(known.map((userId) => opened.put(userId, { segment: userId, tier: 'gold' })));
  const breaches: string[] = [];
  for (const time of ['first', 'second']) {
    const found = await opened.source.find(users, never);
    for (const userId of users) {
      const is = JSON.stringify(found.get(userId));
      const wanted = known.includes(userId) ? { segment: userId, tier: 'gold' } : undefined;
      if (is !== JSON.stringify(wanted)) breaches.push(`the ${time} time ${userId} is ${is}`);
    }
    if ([...found.keys()].some((userId) => !users.includes(userId)))
      breaches.push('somebody else is told of');
  }
  return breaches;
}

/** What every source of profiles keeps, asked once or again. */
export function profileSourceContract(name: string, open: () => Promise<OpenedProfileSource>): void {
  describe(`profile source: ${name}`, () => {
    let opened: OpenedProfileSource;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('knows whom it has, of as many as a question may hold, and leaves out whom nobody knows', async () => {
      expect(await profileSourceBreaches(opened, 100)).toEqual([]);
    });

    it('takes any text for a user', async () => {
      const users = ['a b', 'u#profile', '用户', '"quoted"', '__proto__', 'x'.repeat(256)];
      for (const userId of users) await opened.put(userId, { of: userId });
      const found = await opened.source.find(users, never);
      expect(users.map((userId) => found.get(userId))).toEqual(users.map((of) => ({ of })));
    });

    it('says of what is no profile that it is none, and tells of the others', async () => {
      await opened.spoil('bad');
      await opened.put('good', { segment: 's' });
      for (let time = 0; time < 2; time += 1) {
        const found = await opened.source.find(['bad', 'good'], never);
        expect([found.get('bad'), found.get('good')]).toEqual(['unusable', { segment: 's' }]);
      }
    });

    it('fails when nobody waits any more', async () => {
      await expect(opened.source.find(['a'], AbortSignal.abort())).rejects.toThrow();
    });
  });
}
