import type { QueryClient } from '@tanstack/react-query';

/** Keys that will be asked for once what is on its way has come. */
const waiting = new WeakMap<QueryClient, Set<string>>();

/**
 * Asks again for what a change concerns. An answer that is on its way, the first one too, may be older than the change: it is
 * awaited and asked for once more. So one request at a time goes out, however quickly changes follow one another, and the last
 * answer knows them all.
 */
export async function askAgain(queries: QueryClient, ...queryKey: readonly string[]): Promise<void> {
  const names = waiting.get(queries) ?? new Set();
  waiting.set(queries, names);
  const name = JSON.stringify(queryKey);
  if (names.has(name)) return;
  names.add(name);
  if (queries.isFetching({ queryKey }) > 0)
    await queries.refetchQueries({ queryKey, type: 'active' }, { cancelRefetch: false });
  names.delete(name);
  await queries.invalidateQueries({ queryKey });
}
