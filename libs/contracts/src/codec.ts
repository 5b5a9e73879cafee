/** Encodes a JSON value as UTF-8. @throws {TypeError} when JSON cannot hold the value (a bigint, a cycle, undefined). */
export function encodeJson(value: unknown): Uint8Array {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('This value has no JSON text.');
  return Buffer.from(text, 'utf8');
}

/**
 * Decodes UTF-8 JSON that this system wrote: `T` is what its schema says, not checked again. Never for outside input.
 * @throws {SyntaxError} when the bytes are not JSON.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the stored shape is named where it is read
export function decodeJson<T>(bytes: Uint8Array): T {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as T;
}
