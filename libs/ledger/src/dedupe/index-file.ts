import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { endianness } from 'node:os';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

/*
 * Every file of the index:
 *
 *    0  "FDIX"     4 u32 format     8 u32 CRC-32 of 12…(HEADER_BYTES + metaBytes)     12 u32 length of the header's JSON
 *   16  header, JSON, filled up with zeros to HEADER_BYTES
 *       meta: metaBytes, covered by the CRC above
 *       data: dataBytes, covered by checksums of its blocks that the meta holds
 *
 * A file is written under another name, flushed and renamed, and never changed; its checksum is what makes it trusted.
 */
const MAGIC = 'FDIX';
const FORMAT = 1;
export const HEADER_BYTES = 1024;
const JSON_AT = 16;

/** What a file says of itself. */
export interface IndexFileHeader {
  readonly kind: 'generation' | 'run' | 'campaigns';
  /** The ledger and stream of which it is a part. */
  readonly ledgerId: string;
  readonly stream: string;
  /** Revisions it covers, both inclusive. */
  readonly from: number;
  readonly to: number;
  /** Id of the event at revision `to`, to be found there in the ledger. */
  readonly lastId: string;
  readonly ids: number;
  /** Of a generation: slots of its table, and when its first and last event arrived (the store's time, epoch ms). */
  readonly slots: number;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly metaBytes: number;
  readonly dataBytes: number;
}

export interface IndexFile {
  readonly header: IndexFileHeader;
  readonly meta: Buffer;
}

/** Writes a file, durable when it resolves. */
export async function writeIndexFile(
  path: string,
  header: IndexFileHeader,
  meta: Uint8Array,
  data: Uint8Array,
): Promise<void> {
  const head = Buffer.alloc(HEADER_BYTES);
  const json = JSON.stringify({ ...header, endianness: endianness() });
  if (Buffer.byteLength(json) > HEADER_BYTES - JSON_AT)
    throw new RangeError(`The header of ${path} is too long.`);
  head.write(MAGIC, 0, 'latin1');
  head.writeUInt32LE(FORMAT, 4);
  head.writeUInt32LE(head.write(json, JSON_AT, 'utf8'), 12);
  head.writeUInt32LE(crc32(meta, crc32(head.subarray(12))), 8);
  const draft = `${path}.tmp`;
  const file = await open(draft, 'w', 0o600);
  try {
    for (const part of [head, meta, data]) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** Reads a file's header and meta. Undefined when it is not whole, not of this format, or not what was written. */
export function readIndexFile(path: string): IndexFile | undefined {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const head = Buffer.alloc(HEADER_BYTES);
    if (readSync(file, head, 0, HEADER_BYTES, 0) !== HEADER_BYTES) return undefined;
    const header = parseHeader(head);
    if (header === undefined || size !== HEADER_BYTES + header.metaBytes + header.dataBytes) return undefined;
    const meta = Buffer.from(new ArrayBuffer(header.metaBytes));
    if (readSync(file, meta, 0, header.metaBytes, HEADER_BYTES) !== header.metaBytes) return undefined;
    return crc32(meta, crc32(head.subarray(12))) === head.readUInt32LE(8) ? { header, meta } : undefined;
  } finally {
    closeSync(file);
  }
}

/** Also a file that cannot be read is one that cannot be trusted: a link to it may have outlived it. */
export function readableIndexFile(path: string): IndexFile | undefined {
  try {
    return readIndexFile(path);
  } catch {
    return undefined;
  }
}

/** The header's sizes are not trusted before the checksum is; a file that lies about them is as good as damaged. */
function parseHeader(head: Buffer): IndexFileHeader | undefined {
  const length = head.readUInt32LE(12);
  if (head.toString('latin1', 0, 4) !== MAGIC || head.readUInt32LE(4) !== FORMAT) return undefined;
  if (length > HEADER_BYTES - JSON_AT) return undefined;
  let header: IndexFileHeader & { readonly endianness: string };
  try {
    header = JSON.parse(head.toString('utf8', JSON_AT, JSON_AT + length)) as typeof header;
  } catch {
    return undefined; // not JSON: damaged, like every other wrong byte
  }
  const sized = header.metaBytes >= 0 && header.dataBytes >= 0;
  return sized && header.endianness === endianness() ? header : undefined;
}
