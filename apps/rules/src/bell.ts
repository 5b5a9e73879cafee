/** Lets one loop sleep until there is work, until a while has passed, or until it has to stop. A ring while it is awake is kept. */
export class Bell {
  private rung = false;
  private wake: (() => void) | undefined;

  ring(): void {
    this.rung = true;
    this.wake?.();
  }

  /** Resolves at the next ring (or at once after one that nobody heard), after `timeoutMs`, or when `signal` aborts. */
  async wait(signal: AbortSignal, timeoutMs?: number): Promise<void> {
    if (!this.rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = timeoutMs === undefined ? undefined : setTimeout(resolve, timeoutMs);
        this.wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          resolve();
        };
        const stop = (): void => this.wake?.();
        signal.addEventListener('abort', stop);
        timer?.unref();
      });
    }
    this.wake?.(); // after a timeout: takes the listener away
    this.wake = undefined;
    this.rung = false;
  }
}
