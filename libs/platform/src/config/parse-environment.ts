import type { z } from 'zod';

/** The environment does not make a configuration. The message names every mistake, one a line. */
export class ConfigMistakes extends Error {
  override readonly name = 'ConfigMistakes';
  constructor(readonly mistakes: readonly string[]) {
    super(
      `The configuration has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n- ${mistakes.join('\n- ')}`,
    );
  }
}

/**
 * Parses an environment record into one deeply frozen, typed object. An empty string counts as not set, as a shell's `X= command`.
 * @throws {ConfigMistakes} with all mistakes together; values are never repeated, since one may be a secret.
 */
export function parseEnvironment<S extends z.ZodType>(
  schema: S,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<S> {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(set);
  if (parsed.success) return deepFreeze(parsed.data);
  throw new ConfigMistakes(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || '(environment)'}: ${issue.message}`),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
