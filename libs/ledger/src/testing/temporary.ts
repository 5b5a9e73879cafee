import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

const PREFIX = join(tmpdir(), 'flightdeck-ledger-');
const made = new Set<string>();

/** A directory of its own, until {@link removeTemporary}. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(PREFIX);
  made.add(directory);
  return directory;
}

/**
 * Removes one directory that {@link temporaryDirectory} made, whole. The only way in which specs of this lib remove a directory.
 * @throws {Error} for any other path: a path that came out wrong must never be removed.
 */
export function removeMade(directory: string): void {
  if (!made.has(directory) || !isAbsolute(directory) || !directory.startsWith(PREFIX)) {
    throw new Error(`${JSON.stringify(directory)} was not made here and is not removed.`);
  }
  made.delete(directory);
  rmSync(directory, { recursive: true, force: true });
}

/** Removes every directory that was made. */
export function removeTemporary(): void {
  for (const directory of made) removeMade(directory);
}
