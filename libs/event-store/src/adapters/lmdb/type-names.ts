import type { NewEvent } from '../../event-store.js';

/** The type names of a chunk's events, each once, in the order in which they first come. */
export interface Names {
  readonly names: readonly string[];
  readonly indexOf: ReadonlyMap<string, number>;
  readonly bytes: number;
}

/** The names of `events[from..to)`. */
export function typeNames(events: readonly NewEvent[], from: number, to: number): Names {
  const indexOf = new Map<string, number>();
  const names: string[] = [];
  let bytes = 0;
  let last: string | undefined;
  for (let i = from; i < to; i++) {
    const type = (events[i] as NewEvent).type;
    if (type === last || indexOf.has(type)) continue;
    last = type;
    indexOf.set(type, names.length);
    names.push(type);
    bytes += 2 + Buffer.byteLength(type);
  }
  return { names, indexOf, bytes };
}

/** Writes each name behind its length (u16). */
export function writeNames(frame: Buffer, at: number, names: readonly string[]): void {
  for (const name of names) {
    const length = frame.write(name, at + 2, 'utf8');
    frame.writeUInt16LE(length, at);
    at += 2 + length;
  }
}

/** Reads the names in bytes [at, end). */
export function readNames(frame: Buffer, at: number, end: number): readonly string[] {
  const names: string[] = [];
  while (at < end) {
    const length = frame.readUInt16LE(at);
    names.push(frame.toString('utf8', at + 2, at + 2 + length));
    at += 2 + length;
  }
  return names;
}
