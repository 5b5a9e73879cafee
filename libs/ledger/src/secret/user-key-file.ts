import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type BigIntStats,
} from 'node:fs';
import { join } from 'node:path';
import { syncDirectory } from './secret.js';
import { UserKeys } from './user-keys.js';

const SEED_BYTES = 32;
const OWNER_ONLY = 0o600;
/** Readings of a file that is replaced while it is read. */
const READS_MAX = 5;

/** What pseudonyms are made with, wherever it is kept. */
export interface UserKeySource {
  /** The keys as they are now; another object once one was destroyed. */
  current(): UserKeys;
}

/** Where keys are: a file that all who make pseudonyms share, or the keys themselves, as text. */
export type UserKeysAt = { readonly directory: string; readonly name: string } | string;

/** @throws {Error} when there is something else than keys. */
export function openUserKeys(at: UserKeysAt): UserKeySource {
  if (typeof at !== 'string') return UserKeyFile.open(at.directory, at.name);
  const keys = UserKeys.parse(at);
  if (keys === undefined) throw new Error('These are not the keys of users.');
  return { current: () => keys };
}

/**
 * The keys of people in a file of the data directory, which every process and thread that makes pseudonyms opens. It is looked at again
 * each time, so that a key that one of them destroys is gone for all.
 */
export class UserKeyFile implements UserKeySource {
  private keys: UserKeys | undefined;
  private seen = '';

  private constructor(
    readonly directory: string,
    private readonly name: string,
  ) {}

  /** Opens the file, made when it is not there. */
  static open(directory: string, name: string): UserKeyFile {
    mkdirSync(directory, { recursive: true });
    const file = new UserKeyFile(directory, name);
    if (!file.exists()) file.create();
    file.current();
    return file;
  }

  /** @throws {Error} when the file holds something else: keys that silently change would give everybody a new pseudonym. */
  current(): UserKeys {
    for (let reading = 1; ; reading++) {
      const version = versionOf(statSync(this.path, { bigint: true }));
      if (this.keys !== undefined && version === this.seen) return this.keys;
      const keys = UserKeys.parse(readFileSync(this.path, 'utf8'));
      if (keys !== undefined && version === versionOf(statSync(this.path, { bigint: true }))) {
        this.seen = version;
        this.keys = keys;
        return keys;
      }
      if (reading === READS_MAX) throw new Error(`${this.path} does not hold the keys of users.`);
    }
  }

  /**
   * Destroys the key that the person has now, durably, and answers the pseudonym that nobody can link to the person any more. What the
   * old file held is written over; a copy that somebody made of it elsewhere (a backup) has to be destroyed there. One at a time.
   */
  destroy(userId: string): string {
    const before = this.current();
    const pseudonym = before.pseudonymOf(userId);
    const old = openSync(this.path, 'r+');
    try {
      const draft = this.draft(before.without(userId, randomBytes(SEED_BYTES)));
      const length = statSync(this.path).size;
      renameSync(draft, this.path);
      syncDirectory(this.directory);
      writeSync(old, Buffer.alloc(length), 0, length, 0);
      fsyncSync(old);
    } finally {
      closeSync(old);
    }
    return pseudonym;
  }

  private get path(): string {
    return join(this.directory, this.name);
  }

  private exists(): boolean {
    return statSync(this.path, { throwIfNoEntry: false }) !== undefined;
  }

  /** Linked into its place, so that of two processes that start at once both read the same keys. */
  private create(): void {
    const draft = this.draft(UserKeys.create(randomBytes(SEED_BYTES), randomBytes(SEED_BYTES)));
    try {
      linkSync(draft, this.path);
      syncDirectory(this.directory);
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    } finally {
      rmSync(draft);
    }
  }

  private draft(keys: UserKeys): string {
    const draft = join(this.directory, `.${this.name}.${process.pid}.${randomBytes(4).toString('hex')}`);
    const file = openSync(draft, 'wx', OWNER_ONLY);
    try {
      writeSync(file, keys.toString());
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return draft;
  }
}

function versionOf({ ino, mtimeNs, size }: BigIntStats): string {
  return `${ino} ${mtimeNs} ${size}`;
}
