/** Whether the page is looked at, and when that changes. */
export interface Sight {
  readonly isShown: () => boolean;
  /** Calls back when the page is shown, covered, or put away for another (`isLeaving`); the answer stops that. */
  readonly onChange: (listener: (isLeaving: boolean) => void) => () => void;
}

/** A page that is covered for longer lets its line go: a browser has six for all tabs of a server, and the seventh tab would wait. */
export const COVERED_MS_MAX = 15_000;

/**
 * Runs while the page is looked at: `run` is aborted once the page is covered for long, or left, and run again when it is back. Ends when
 * `stop` aborts, or with the first run that ends by itself.
 */
export async function whileInSight(
  sight: Sight,
  run: (signal: AbortSignal) => Promise<void>,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  stop: AbortSignal,
): Promise<void> {
  let isAway = false;
  while (!stop.aborted) {
    await shown(sight, isAway, stop);
    if (isAborted(stop)) return;
    const leave = new AbortController();
    const forget = onceGone(sight, sleep, (isLeaving) => {
      isAway = isLeaving;
      leave.abort();
    });
    await run(AbortSignal.any([stop, leave.signal])).finally(forget);
    if (!leave.signal.aborted) return;
  }
}

/** Asked anew after an await; a direct read would be narrowed to what it was before. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** A page that is being left says that it is shown until it is gone: then only word of its return counts. */
function shown(sight: Sight, isAway: boolean, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if ((sight.isShown() && !isAway) || stop.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      forget();
      stop.removeEventListener('abort', end);
      resolve();
    };
    const forget = sight.onChange((isLeaving) => {
      if (!isLeaving && sight.isShown()) end();
    });
    stop.addEventListener('abort', end);
  });
}

function onceGone(
  sight: Sight,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  gone: (isLeaving: boolean) => void,
): () => void {
  let waiting = new AbortController();
  const look = (isLeaving: boolean): void => {
    waiting.abort();
    waiting = new AbortController();
    const { signal } = waiting;
    if (isLeaving) gone(true);
    else if (!sight.isShown())
      void sleep(COVERED_MS_MAX, signal).then(() => {
        if (!signal.aborted) gone(false);
      });
  };
  const forget = sight.onChange(look);
  return () => {
    waiting.abort();
    forget();
  };
}

/** The page of this window. */
export const PAGE: Sight = {
  isShown: () => document.visibilityState === 'visible',
  onChange: (listener) => {
    const changed = (): void => listener(false);
    const left = (): void => listener(true);
    document.addEventListener('visibilitychange', changed);
    window.addEventListener('pageshow', changed);
    window.addEventListener('pagehide', left);
    return () => {
      document.removeEventListener('visibilitychange', changed);
      window.removeEventListener('pageshow', changed);
      window.removeEventListener('pagehide', left);
    };
  },
};
