/**
 * The most bytes of a command's detail as JSON. A message of SNS and SQS holds 256 KiB and EventBridge puts some hundred bytes of
 * its own around the detail; a command that a bus would refuse must not be decided, for it could never be carried out.
 */
export const DETAIL_BYTES_MAX = 240_000;

const ASCII_MAX = 0x7f;
const TWO_BYTES_MAX = 0x7ff;

/** Whether a detail is larger than any bus takes, in bytes of UTF-8. */
export function isTooLarge(detail: object): boolean {
  const text = JSON.stringify(detail);
  if (text.length > DETAIL_BYTES_MAX) return true;
  let bytes = 0;
  for (let at = 0; at < text.length; at += 1) bytes += bytesOf(text.charCodeAt(at));
  return bytes > DETAIL_BYTES_MAX;
}

/** A half of a surrogate pair is 2 of the pair's 4 bytes; alone, JSON escapes it. */
function bytesOf(unit: number): number {
  if (unit <= ASCII_MAX) return 1;
  return unit <= TWO_BYTES_MAX || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
}
