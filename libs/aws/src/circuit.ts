/** Failures in a row after which a far end is left alone. */
export const CIRCUIT_FAILURES_MAX = 5;
/** How long it is left alone; then one call tries again. */
export const CIRCUIT_OPEN_MS = 5_000;

/** Remembers whether a far end is down: after {@link CIRCUIT_FAILURES_MAX} failures in a row it is left alone for {@link CIRCUIT_OPEN_MS}. */
export class Circuit {
  private failures = 0;
  private openUntilMs = 0;

  /** `nowMs` goes forward only. */
  constructor(private readonly nowMs: () => number) {}

  /** True: do not call. */
  isOpen(): boolean {
    return this.nowMs() < this.openUntilMs;
  }

  succeeded(): void {
    this.failures = 0;
  }

  failed(): void {
    this.failures += 1;
    if (this.failures >= CIRCUIT_FAILURES_MAX) this.openUntilMs = this.nowMs() + CIRCUIT_OPEN_MS;
  }
}
