import type { Metrics } from '@flightdeck/platform';
import type { ProfileCache, ProfileStats } from '@flightdeck/profiles';
import type { OpenProfiles } from './profiles.module.js';

/** What is told of profiles, at each scrape. */
const PROFILE_METRICS: Readonly<Record<string, readonly [string, keyof ProfileStats]>> = {
  flightdeck_profile_hits: ['Users whose profile was in memory, since the start.', 'hits'],
  flightdeck_profile_misses: ['Users whose profile was not, since the start.', 'misses'],
  flightdeck_profile_unknown: ['Users marked unknown, since the start.', 'unknown'],
  flightdeck_profile_timeouts: ['Requests that went on without waiting longer, since the start.', 'timeouts'],
  flightdeck_profile_failures: ['Questions to the source that failed, since the start.', 'failures'],
  flightdeck_profile_unusable: ['Rows of the source that are no profile, since the start.', 'unusable'],
  flightdeck_profile_users: ['Users in memory.', 'users'],
};

/** Adds what the cache counts, and Redis where there is one. */
export function addProfileMetrics(
  metrics: Metrics,
  cache: ProfileCache,
  { secondLevel }: Pick<OpenProfiles, 'secondLevel'>,
): void {
  for (const [name, [help, field]] of Object.entries(PROFILE_METRICS))
    metrics.gauge(name, help, () => cache.stats()[field]);
  if (secondLevel === undefined) return;
  metrics.gauge('flightdeck_profile_redis_hits', 'Users that Redis knew of.', () => secondLevel().hits);
  metrics.gauge(
    'flightdeck_profile_redis_misses',
    'Users that Redis did not know.',
    () => secondLevel().misses,
  );
  metrics.gauge(
    'flightdeck_profile_redis_failures',
    'Calls of Redis that failed.',
    () => secondLevel().failures,
  );
  metrics.gauge(
    'flightdeck_profile_redis_bypassed',
    'Questions that went straight to the source, for Redis was down.',
    () => secondLevel().bypassed,
  );
}
