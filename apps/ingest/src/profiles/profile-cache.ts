import type { Clock } from '@flightdeck/platform';
import type { Profiles } from '../prepare/prepared.js';
import type { Profile, ProfileAnswer } from '../prepare/settings.js';
import type { ProfileSource } from './profile-source.js';

export interface ProfileCacheOptions {
  /** How long a request waits for all of its users together. */
  readonly timeoutMs: number;
  /** How long an answer is good for. */
  readonly ttlMs: number;
  readonly usersMax: number;
  /** The most questions to the source at once; a user beyond is `unknown`. */
  readonly lookupsMax: number;
}

export const PROFILE_CACHE_OPTIONS: ProfileCacheOptions = {
  timeoutMs: 20,
  ttlMs: 5 * 60_000,
  usersMax: 100_000,
  lookupsMax: 256,
};

/** A question that outlives this is given up and counts as failed. */
const LOOKUP_ABORT_MS = 5_000;

interface Known {
  readonly profile: Profile | undefined;
  readonly expiresMs: number;
}

/**
 * Profiles of the users in a request, from memory or from the source, never later than the timeout. What is slow or broken
 * comes back as `unknown`; the answer, when it comes, serves the next request. One question per user at a time.
 */
export class ProfileCache {
  private readonly known = new Map<string, Known>();
  private readonly asked = new Map<string, Promise<void>>();
  /** Questions that failed or were given up, since the start. */
  failures = 0;

  constructor(
    private readonly source: ProfileSource,
    private readonly clock: Clock,
    private readonly options: ProfileCacheOptions = PROFILE_CACHE_OPTIONS,
  ) {}

  /** Users that the source does not know are left out. Never throws. */
  async profilesOf(userIds: readonly string[]): Promise<Profiles> {
    const waits: Promise<void>[] = [];
    for (const userId of new Set(userIds)) {
      if (this.fresh(userId) !== undefined) continue;
      const asked = this.asked.get(userId) ?? this.ask(userId);
      if (asked !== undefined) waits.push(asked);
    }
    if (waits.length > 0) await firstOf(Promise.all(waits), this.options.timeoutMs);
    return this.answers(userIds);
  }

  private answers(userIds: readonly string[]): Profiles {
    const profiles = new Map<string, Exclude<ProfileAnswer, undefined>>();
    for (const userId of userIds) {
      const known = this.fresh(userId);
      if (known === undefined) profiles.set(userId, 'unknown');
      else if (known.profile !== undefined) profiles.set(userId, known.profile);
    }
    return profiles;
  }

  private fresh(userId: string): Known | undefined {
    const known = this.known.get(userId);
    return known !== undefined && known.expiresMs > this.clock() ? known : undefined;
  }

  private ask(userId: string): Promise<void> | undefined {
    if (this.asked.size >= this.options.lookupsMax) return undefined;
    const asked = this.find(userId).finally(() => this.asked.delete(userId));
    this.asked.set(userId, asked);
    return asked;
  }

  private async find(userId: string): Promise<void> {
    try {
      this.remember(userId, await this.source.find(userId, AbortSignal.timeout(LOOKUP_ABORT_MS)));
    } catch {
      this.failures++; // the event is marked `unknown`, and the next one asks again
    }
  }

  /** The user asked for longest ago makes room. */
  private remember(userId: string, profile: Profile | undefined): void {
    this.known.delete(userId);
    const oldest = this.known.size >= this.options.usersMax ? this.known.keys().next().value : undefined;
    if (oldest !== undefined) this.known.delete(oldest);
    this.known.set(userId, { profile, expiresMs: this.clock() + this.options.ttlMs });
  }
}

async function firstOf(work: Promise<unknown>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
