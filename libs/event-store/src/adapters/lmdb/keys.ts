const LENGTH = 2;
const NUMBER = 8;

/** Big-endian, so that keys sort as their numbers do. */
function writeNumber(key: Buffer, value: number, at: number): void {
  key.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at);
  key.writeUInt32BE(value >>> 0, at + 4);
}

function readNumber(key: Buffer, at: number): number {
  return key.readUInt32BE(at) * 0x1_0000_0000 + key.readUInt32BE(at + 4);
}

/** Key of a chunk: its position, then its stream, so that a scan can pass over other streams without touching their events. */
export function chunkKey(position: number, stream: string): Buffer {
  const key = Buffer.allocUnsafe(NUMBER + Buffer.byteLength(stream));
  writeNumber(key, position, 0);
  key.write(stream, NUMBER, 'utf8');
  return key;
}

/** The global position of a chunk's first event. */
export function positionOfChunkKey(key: Buffer): number {
  return readNumber(key, 0);
}

/** The stream whose events a chunk holds. */
export function streamOfChunkKey(key: Buffer): string {
  return key.toString('utf8', NUMBER, key.length);
}

/** Key of an index: a name behind its length (so that no name is the beginning of another's keys), then a number. */
export function indexKey(name: string, number: number): Buffer {
  const bytes = Buffer.byteLength(name);
  const key = Buffer.allocUnsafe(LENGTH + bytes + NUMBER);
  key.writeUInt16BE(bytes, 0);
  key.write(name, LENGTH, 'utf8');
  writeNumber(key, number, LENGTH + bytes);
  return key;
}

/** The number at the end of an index's key. */
export function numberOfIndexKey(key: Buffer): number {
  return readNumber(key, key.length - NUMBER);
}

/** A global position as the value of an entry, 8 bytes. */
export function positionValue(position: number): Buffer {
  const value = Buffer.allocUnsafe(NUMBER);
  writeNumber(value, position, 0);
  return value;
}

/** The global position that an entry holds; the other way round of {@link positionValue}. */
export function positionOfValue(value: Buffer): number {
  return readNumber(value, 0);
}

/** The text before the first `-`: streams of one kind, in one index. A name without one is a category of its own. */
export function categoryOf(stream: string): string {
  const hyphen = stream.indexOf('-');
  return hyphen === -1 ? stream : stream.slice(0, hyphen);
}
