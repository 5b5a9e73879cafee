import { HASH_BYTES } from '../merkle/hashes.js';

/** What the log says of itself at one moment: it has `size` leaves and this root. C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** Name of the log, for ever. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

const SIZE = /^(?:0|[1-9][0-9]{0,15})$/;

/** The text that is signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads a checkpoint's text; undefined when it is none. Lines after the third are for others. */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const [origin = '', size = '', encoded = ''] = text.split('\n');
  const root = Buffer.from(encoded, 'base64');
  if (origin === '' || !SIZE.test(size) || root.length !== HASH_BYTES) return undefined;
  return { origin, size: Number(size), root };
}
