/** A file of a bundle. */
export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** POSIX ustar (IEEE Std 1003.1). */
const BLOCK_BYTES = 512;
const FIELD = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  sum: [148, 8],
  type: [156, 1],
  magic: [257, 8],
} as const;

/** The files as a tar archive, header by header, always the same bytes for the same files. */
export async function* tarOf(files: AsyncIterable<BundleFile>): AsyncGenerator<Buffer> {
  for await (const { name, bytes } of files) {
    yield header(name, bytes.byteLength);
    yield Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const rest = bytes.byteLength % BLOCK_BYTES;
    if (rest > 0) yield Buffer.alloc(BLOCK_BYTES - rest);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function header(name: string, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const put = (field: keyof typeof FIELD, text: string): void => {
    const [at, length] = FIELD[field];
    if (block.write(text, at, length, 'latin1') !== text.length)
      throw new RangeError(`${text} does not fit into a tar header.`);
  };
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, '0')}\0`;
  put('name', name);
  put('mode', octal(0o600, 7));
  put('uid', octal(0, 7));
  put('gid', octal(0, 7));
  put('size', octal(size, 11));
  put('mtime', octal(0, 11));
  put('sum', ' '.repeat(FIELD.sum[1]));
  put('type', '0');
  put('magic', 'ustar\x0000');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put('sum', `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}
