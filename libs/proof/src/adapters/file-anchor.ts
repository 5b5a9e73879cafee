import { open } from 'node:fs/promises';
import { AnchorDisagrees, type Anchor, type AnchoredCheckpoint } from '../anchor/anchor.js';

const OWNER_ONLY = 0o600;
/** The end of the file that surely holds its last note. */
const TAIL_BYTES = 4_096;
/** Origin and size of a note at the end of the file. */
const LAST_NOTE = /(?:^|\n)([^\n]+)\n([0-9]+)\n[A-Za-z0-9+/=]+\n\n(?:\u2014 [^\n]+\n)+\n?$/u;

/**
 * Appends notes to a file, an empty line between two. Put it on a medium that this machine can only append to (a WORM share, another
 * machine's log): the file itself cannot keep its owner from changing it.
 */
export function fileAnchor(path: string): Anchor {
  return {
    name: `file:${path}`,
    put: async ({ origin, size, note }: AnchoredCheckpoint) => {
      const file = await open(path, 'a+', OWNER_ONLY);
      try {
        const { size: length } = await file.stat();
        const tail = Buffer.alloc(Math.min(length, TAIL_BYTES));
        await file.read(tail, 0, tail.length, length - tail.length);
        const [, keptOrigin, keptSize] = LAST_NOTE.exec(tail.toString('utf8')) ?? [];
        if (length > 0 && keptOrigin !== origin)
          throw new AnchorDisagrees(`${path} is not an anchor file of ${origin}.`);
        if (Number(keptSize ?? 0) > size)
          throw new AnchorDisagrees(
            `${path} knows of ${keptSize ?? 0} events; the ledger now signs for ${size}.`,
          );
        if (Number(keptSize ?? -1) === size) return;
        await file.appendFile(length === 0 ? note : `\n${note}`);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
  };
}
