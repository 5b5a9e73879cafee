import { closeSync, openSync } from 'node:fs';

/** Files of sealed generations kept open at one time, the longest unused closed first. */
export const OPEN_FILES_MAX = 128;

/** Open files by path, shared by the indexes of a process. */
export class FilePool {
  private readonly files = new Map<string, number>();

  constructor(private readonly max = OPEN_FILES_MAX) {}

  /** A file descriptor for reading, valid until the next call. */
  get(path: string): number {
    const known = this.files.get(path);
    if (known !== undefined) {
      this.files.delete(path);
      this.files.set(path, known);
      return known;
    }
    const file = openSync(path, 'r');
    this.files.set(path, file);
    if (this.files.size > this.max) this.release(this.files.keys().next().value ?? path);
    return file;
  }

  /** Closes one file, if it is open. */
  release(path: string): void {
    const file = this.files.get(path);
    if (file === undefined) return;
    this.files.delete(path);
    closeSync(file);
  }

  /** Closes every file. */
  close(): void {
    for (const path of [...this.files.keys()]) this.release(path);
  }
}
