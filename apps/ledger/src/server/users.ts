import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const HASH_BYTES = 32;
const SALT_BYTES = 16;
const USERS_MAX = 1_000;

const usersFile = z.strictObject({
  users: z
    .array(z.strictObject({ name: z.string().min(1).max(128), salt: z.base64(), hash: z.base64() }))
    .max(USERS_MAX),
});

/** Names and passwords that a server accepts. */
export interface Users {
  accepts(name: string, password: string): boolean;
}

/** The users of a users file. @throws {Error} when it is none; its text is not repeated. */
export function usersIn(json: string): Users {
  const parsed = usersFile.safeParse(parseJson(json));
  if (!parsed.success) throw new Error(`The users file cannot be read: ${z.prettifyError(parsed.error)}`);
  const byName = new Map(parsed.data.users.map((user) => [user.name, user]));
  // A password is sent with every call; hashing it each time would take longer than the call.
  const accepted = new Set<string>();
  return {
    accepts: (name, password) => {
      const user = byName.get(name);
      if (user === undefined) return false;
      const key = `${name}\0${password}`;
      if (accepted.has(key)) return true;
      const isSame = timingSafeEqual(
        hashOf(password, Buffer.from(user.salt, 'base64')),
        Buffer.from(user.hash, 'base64'),
      );
      if (isSame) accepted.add(key);
      return isSame;
    },
  };
}

/** The well-known user of a fresh EventStoreDB, for clients' own tests. */
export const DEFAULT_USER: Users = {
  accepts: (name, password) => name === 'admin' && password === 'changeit',
};

/** An entry of a users file (scrypt, RFC 7914, with Node's default cost). */
export function userEntry(name: string, password: string): { name: string; salt: string; hash: string } {
  const salt = randomBytes(SALT_BYTES);
  return { name, salt: salt.toString('base64'), hash: hashOf(password, salt).toString('base64') };
}

function hashOf(password: string, salt: Uint8Array): Buffer {
  return scryptSync(password, salt, HASH_BYTES);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
