import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const SECRET_BYTES = 32;
const OWNER_ONLY = 0o600;

/**
 * The 256-bit secret `name` of a data directory, made when it is not there yet. The file is readable by its owner only.
 * @throws {Error} when the file holds no secret of that size: a key that silently changes would give every user a new pseudonym.
 */
export function loadOrCreateSecret(directory: string, name: string): Buffer {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, name);
  return read(path) ?? create(directory, name, path);
}

function read(path: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fault;
  }
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new Error(`${path} does not hold a secret of ${SECRET_BYTES} bytes in hexadecimal.`);
  if ((statSync(path).mode & 0o777) !== OWNER_ONLY) chmodSync(path, OWNER_ONLY);
  return Buffer.from(text, 'hex');
}

/** Written whole beside its place and linked into it, so that of two processes that start at once both read the same secret. */
function create(directory: string, name: string, path: string): Buffer {
  const draft = join(directory, `.${name}.${process.pid}.${randomBytes(4).toString('hex')}`);
  const file = openSync(draft, 'wx', OWNER_ONLY);
  try {
    writeSync(file, `${randomBytes(SECRET_BYTES).toString('hex')}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(draft, path);
    syncDirectory(directory);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
  } finally {
    rmSync(draft);
  }
  const secret = read(path);
  if (secret === undefined) throw new Error(`${path} vanished while it was made.`);
  return secret;
}

/** Makes the names in a directory durable (fsync of the directory itself). @throws what the file system says. */
export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
