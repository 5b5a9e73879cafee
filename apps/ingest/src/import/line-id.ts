import { createHash } from 'node:crypto';

const DIGEST_HEX_DIGITS = 20;

/** An id for what stands on a line: the same line at the same place always has the same one. */
export function lineId(format: string, line: string, lineNumber: number): string {
  const digest = createHash('sha256').update(line).digest('hex').slice(0, DIGEST_HEX_DIGITS);
  return `${format}:${lineNumber}:${digest}`;
}
