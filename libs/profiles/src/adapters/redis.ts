import { BadAddress, Circuit, isThisMachine } from '@flightdeck/aws';
import { profileSchema } from '@flightdeck/contracts';
import { Redis } from 'ioredis';
import type { Found, Profile, ProfileSource } from '../profile-source.js';

/** How long Redis keeps an answer, that nobody knows a user too. */
export const TTL_MS = 10 * 60_000;
/** How long a question waits for Redis before it goes to the source: well below what a request waits for all. */
const COMMAND_MS_MAX = 10;
const CONNECT_MS_MAX = 1_000;
/** A connection that owes an answer and says nothing for so long is given up. */
const SILENCE_MS_MAX = 2_000;
const RECONNECT_MS_MAX = 2_000;
/** Writes under way at once; what is over that is left to the next question. */
const WRITES_MAX = 64;
const KEY = 'flightdeck:profile:';
/** What a primary says that has become a replica: the name leads to another by now. */
const DEMOTED = 'READONLY';

/** Counts since the start. */
export interface SecondLevelStats {
  /** Users that Redis knew of. */
  readonly hits: number;
  /** Users that it did not. */
  readonly misses: number;
  /** Calls that failed or took too long. */
  readonly failures: number;
  /** Questions that went straight to the source, for Redis had failed several times in a row, or there is no connection. */
  readonly bypassed: number;
}

/** A cache before a source, shared by all processes, and how to let go of its connection. */
export interface RedisProfiles extends ProfileSource {
  stats(): SecondLevelStats;
  close(): void;
}

export interface RedisOptions {
  /** Milliseconds of a clock that only goes forward. */
  readonly monotonicMs: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

/**
 * Redis between the processes and the source of profiles: `rediss://[user:password@]host:port[/db]`, one node or the primary of a
 * replication group. It never makes anything later than {@link COMMAND_MS_MAX}: what it does not answer in time, or cannot, is asked
 * of the source, and after some failures in a row it is left alone for some seconds.
 * @throws {BadAddress} for an address that is none, or that has no TLS and is not this machine. It does not repeat the address, which may hold a password.
 */
export function redisProfiles(url: string, source: ProfileSource, options: RedisOptions): RedisProfiles {
  const redis = connect(url, options.random);
  const circuit = new Circuit(options.monotonicMs);
  const counts = { hits: 0, misses: 0, failures: 0, bypassed: 0 };
  let writes = 0;

  async function attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await call();
      circuit.succeeded();
      return answer;
    } catch {
      counts.failures += 1; // counted, and the source is asked in its stead
      circuit.failed();
      return undefined;
    }
  }

  async function read(userIds: readonly string[]): Promise<readonly (string | null)[]> {
    if (circuit.isOpen() || redis.status !== 'ready') {
      counts.bypassed += 1;
      return [];
    }
    return (await attempt(() => redis.mget(...userIds.map(keyOf)))) ?? [];
  }

  async function write(userIds: readonly string[], found: ReadonlyMap<string, Found>): Promise<void> {
    if (circuit.isOpen() || redis.status !== 'ready' || writes >= WRITES_MAX) return;
    writes += 1;
    const pipeline = redis.pipeline();
    for (const userId of userIds) {
      const one = found.get(userId);
      if (one !== 'unusable') pipeline.set(keyOf(userId), JSON.stringify(one ?? null), 'PX', TTL_MS);
    }
    await attempt(async () => {
      const [failed] = ((await pipeline.exec()) ?? []).filter(([error]) => error !== null);
      if (failed !== undefined) throw failed[0] as Error; // each has an answer of its own
    });
    writes -= 1;
  }

  return {
    find: async (userIds, signal) => {
      const profiles = new Map<string, Found>();
      const texts = await read(userIds);
      const left = userIds.filter((userId, index) => {
        const cached = readCached(texts[index]);
        if (cached === undefined) return true;
        if (cached !== null) profiles.set(userId, cached);
        return false;
      });
      counts.hits += userIds.length - left.length;
      counts.misses += left.length;
      if (left.length === 0) return profiles;
      const found = await source.find(left, signal);
      void write(left, found); // nobody waits for it, and it never rejects
      return new Map([...profiles, ...found]);
    },
    stats: () => ({ ...counts }),
    close: () => redis.disconnect(),
  };
}

function keyOf(userId: string): string {
  return KEY + userId;
}

/** Null: nobody knows the user. Undefined: not there, or nothing that we wrote. */
function readCached(text: string | null | undefined): Profile | null | undefined {
  if (text === null || text === undefined) return undefined;
  try {
    return profileSchema.nullable().safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function connect(url: string, random: () => number): Redis {
  if (!URL.canParse(url)) throw new BadAddress('The address of Redis is no URL.');
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'rediss:' && !(protocol === 'redis:' && isThisMachine(hostname)))
    throw new BadAddress('The address of Redis must begin with rediss://, unless it is this machine.');
  const redis = new Redis(url, {
    commandTimeout: COMMAND_MS_MAX,
    connectTimeout: CONNECT_MS_MAX,
    socketTimeout: SILENCE_MS_MAX,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    reconnectOnError: (error) => error.message.startsWith(DEMOTED),
    retryStrategy: (times) => random() * Math.min(RECONNECT_MS_MAX, 50 * 2 ** Math.min(times, 10)),
  });
  redis.on('error', () => undefined); // each command says so itself, and the client connects again
  return redis;
}
