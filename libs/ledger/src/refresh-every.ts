/**
 * Refreshes what others begin from again and again, one time after the other, `everyMs` apart. A time that fails is told and the next
 * one tries again: nothing depends on it but how much the others read.
 * @returns what ends it, and resolves once it has.
 */
export function refreshEvery(
  refresh: () => Promise<void>,
  everyMs: number,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let ended = false;
  let refreshing = Promise.resolve();
  let timer = setTimeout(next, everyMs);
  function next(): void {
    refreshing = refresh().catch(onError);
    void refreshing.then(() => {
      if (!ended) timer = setTimeout(next, everyMs);
    });
  }
  return async () => {
    ended = true;
    clearTimeout(timer);
    await refreshing;
  };
}
