/** One thing wrong in a definition: where (JSON Pointer, RFC 6901) and what would be right. */
export interface Problem {
  readonly pointer: string;
  readonly message: string;
}

/** A plain JSON object: not null, not a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member that the value itself has; what its prototype has does not count. */
export function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A reference token of a JSON Pointer (RFC 6901 §3). */
export function token(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** A problem for each key that is not known; what is meant is better asked than guessed. */
export function unknownKeys(value: object, known: readonly string[], pointer: string): Problem[] {
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      pointer: `${pointer}/${token(key)}`,
      message: `is not known here; known are ${known.join(', ')}`,
    }));
}
