import { BadAddress } from '@flightdeck/aws';
import type { ProfileSource } from '@flightdeck/profiles';
import type { SecondLevelStats } from '@flightdeck/profiles/redis';

/** Where profiles of users come from, as configuration says it. */
export interface ProfileAddresses {
  /** `none`, or `dynamodb://<table>?region=…&endpoint=…`. */
  readonly profiles: string;
  /** `redis://…`, before the table; may hold a password. */
  readonly profilesCache?: string | undefined;
}

/** A source of profiles that is open. */
export interface OpenProfiles {
  readonly source: ProfileSource;
  /** What Redis counts, where there is one. */
  readonly secondLevel?: () => SecondLevelStats;
  close(): void;
}

const NONE = 'none';

/**
 * Opens what the addresses name; undefined where there are no profiles. Nothing is asked of a table before the first user comes; an
 * adapter that is not configured is not even loaded, for a cold start pays for what it loads.
 * @throws {BadAddress} for an address that is none, or a cache before nothing.
 */
export async function openProfiles({
  profiles,
  profilesCache,
}: ProfileAddresses): Promise<OpenProfiles | undefined> {
  if (profiles === NONE) {
    if (profilesCache !== undefined) throw new BadAddress('A cache of profiles needs profiles.');
    return undefined;
  }
  const { dynamoDbProfiles } = await import('@flightdeck/profiles/dynamodb');
  const table = dynamoDbProfiles(profiles);
  if (profilesCache === undefined) return { source: table, close: () => table.close() };
  const { redisProfiles } = await import('@flightdeck/profiles/redis');
  const cache = redisProfiles(profilesCache, table, {
    ...{ monotonicMs: () => performance.now(), random: Math.random },
  });
  return {
    source: cache,
    secondLevel: () => cache.stats(),
    close: () => {
      cache.close();
      table.close();
    },
  };
}
