import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { NAME } from './index-directory.js';

/** Files of one stream: more than a horizon of a thousand million ids makes in all of them. */
const FILES_MAX = 20_000;

/**
 * Begins the index of `directory` with the files of another process's data directory, where they stand: nothing is copied, and of a
 * file only what a search needs is read. A stream that has files already keeps them. Whether a link can be trusted is found out when
 * the index is opened, as of every file: whole by its checksums, of this ledger and stream, its last event where it says.
 * @returns how many files were linked.
 * @throws when there is no index, or one of too many files.
 */
export function linkIndex(from: string, directory: string): number {
  const source = resolve(from, 'index');
  let linked = 0;
  for (const stream of readdirSync(source, { withFileTypes: true })) {
    const target = join(directory, 'index', stream.name);
    if (!stream.isDirectory() || existsSync(target)) continue;
    linked += linkFiles(join(source, stream.name), target);
  }
  return linked;
}

/** The same of one stream. @param source absolute. */
export function linkFiles(source: string, target: string): number {
  const names = readdirSync(source).filter((name) => NAME.test(name));
  if (names.length > FILES_MAX) throw new Error(`${source} has more than ${FILES_MAX} files.`);
  mkdirSync(target, { recursive: true, mode: 0o700 });
  for (const name of names) symlinkSync(join(source, name), join(target, name));
  return names.length;
}
