import { Circuit } from '@flightdeck/aws';
import { USERS_A_QUESTION_MAX, type Profile, type ProfileSource } from './profile-source.js';

export interface ProfileCacheOptions {
  /** How long a request waits for all of its users together. */
  readonly timeoutMs: number;
  /** How long an answer is good for. */
  readonly ttlMs: number;
  readonly usersMax: number;
  /** The most users that are being asked for at once; one beyond is `unknown`. */
  readonly lookupsMax: number;
}

export const PROFILE_CACHE_OPTIONS: ProfileCacheOptions = {
  timeoutMs: 20,
  ttlMs: 5 * 60_000,
  usersMax: 100_000,
  lookupsMax: 2_000,
};

/** A question that outlives this is given up and counts as failed. */
const LOOKUP_ABORT_MS = 5_000;

/** A profile, or a mark that it could not be had in time. A user whom nobody knows has neither. */
export type KnownProfile = Profile | 'unknown';

/** Counts since the start; all but `timeouts` and `failures` are of users in requests. */
export interface ProfileStats {
  /** Answered from memory. */
  readonly hits: number;
  /** Not in memory, or too old. */
  readonly misses: number;
  /** Marked `unknown`. */
  readonly unknown: number;
  /** Requests that waited as long as they may, and went on without. */
  readonly timeouts: number;
  /** Questions that failed or were given up. */
  readonly failures: number;
  /** Rows that are no profile. */
  readonly unusable: number;
  /** Users in memory now. */
  readonly users: number;
}

interface Known {
  readonly profile: KnownProfile | undefined;
  readonly expiresMs: number;
}

/** Users that one call will ask for. */
interface Question {
  readonly userIds: string[];
  readonly answered: Promise<void>;
}

/**
 * Profiles of the users in a request, from memory or from the source, never later than the timeout. What is slow or broken
 * comes back as `unknown`; the answer, when it comes, serves the next request. A user is asked for once at a time, and all who are
 * asked for in one turn of the event loop, by whichever requests, share a call. A source that is down is not waited for.
 */
export class ProfileCache {
  private readonly known = new Map<string, Known>();
  private readonly asked = new Map<string, Question>();
  private readonly counts = { hits: 0, misses: 0, unknown: 0, timeouts: 0, failures: 0, unusable: 0 };
  private readonly circuit: Circuit;
  private open: Question | undefined;

  constructor(
    private readonly source: ProfileSource,
    private readonly clock: () => number,
    private readonly options: ProfileCacheOptions = PROFILE_CACHE_OPTIONS,
  ) {
    this.circuit = new Circuit(clock);
  }

  /** Users that the source does not know are left out. Never throws. */
  async profilesOf(userIds: readonly string[]): Promise<ReadonlyMap<string, KnownProfile>> {
    const users = new Set(userIds);
    const questions = new Set<Question>();
    for (const userId of users) {
      if (this.fresh(userId) !== undefined) {
        this.counts.hits += 1;
        continue;
      }
      this.counts.misses += 1;
      const question = this.asked.get(userId) ?? this.ask(userId);
      if (question !== undefined) questions.add(question);
    }
    if (questions.size > 0) {
      const answers = Promise.all([...questions].map(({ answered }) => answered));
      if (!(await isInTime(answers, this.options.timeoutMs))) this.counts.timeouts += 1;
    }
    return this.answers(users);
  }

  stats(): ProfileStats {
    return { ...this.counts, users: this.known.size };
  }

  private answers(users: ReadonlySet<string>): ReadonlyMap<string, KnownProfile> {
    const profiles = new Map<string, KnownProfile>();
    for (const userId of users) {
      const known = this.fresh(userId);
      const profile = known === undefined ? 'unknown' : known.profile;
      if (profile === 'unknown') this.counts.unknown += 1;
      if (profile !== undefined) profiles.set(userId, profile);
    }
    return profiles;
  }

  private fresh(userId: string): Known | undefined {
    const known = this.known.get(userId);
    return known !== undefined && known.expiresMs > this.clock() ? known : undefined;
  }

  private ask(userId: string): Question | undefined {
    if (this.asked.size >= this.options.lookupsMax || this.circuit.isOpen()) return undefined;
    if (this.open === undefined || this.open.userIds.length >= USERS_A_QUESTION_MAX) this.open = this.begin();
    this.open.userIds.push(userId);
    this.asked.set(userId, this.open);
    return this.open;
  }

  /** A question that is put at the end of this turn. */
  private begin(): Question {
    const userIds: string[] = [];
    const answered = new Promise<void>((resolve) => {
      setImmediate(() => {
        if (this.open === question) this.open = undefined;
        resolve(this.find(userIds));
      });
    });
    const question: Question = { userIds, answered };
    return question;
  }

  private async find(userIds: readonly string[]): Promise<void> {
    try {
      const found = await this.source.find(userIds, AbortSignal.timeout(LOOKUP_ABORT_MS));
      this.circuit.succeeded();
      for (const userId of userIds) {
        const one = found.get(userId);
        if (one === 'unusable') this.counts.unusable += 1;
        this.remember(userId, one === 'unusable' ? 'unknown' : one);
      }
    } catch {
      this.counts.failures += 1; // the events are marked `unknown`, and the next ones ask again
      this.circuit.failed();
    } finally {
      for (const userId of userIds) this.asked.delete(userId);
    }
  }

  /** The user asked for longest ago makes room. */
  private remember(userId: string, profile: KnownProfile | undefined): void {
    this.known.delete(userId);
    const oldest = this.known.size >= this.options.usersMax ? this.known.keys().next().value : undefined;
    if (oldest !== undefined) this.known.delete(oldest);
    this.known.set(userId, { profile, expiresMs: this.clock() + this.options.ttlMs });
  }
}

/** Whether `work`, which never fails, ends in time. */
async function isInTime(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    // An answer that came while this thread was busy elsewhere is still taken: it is read between a timer and an immediate.
    timer = setTimeout(() => setImmediate(() => resolve(false)), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
