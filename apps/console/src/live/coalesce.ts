/** Asks for the next frame of the screen: `requestAnimationFrame`, or what stands for it in a test. */
export type Schedule = (flush: () => void) => void;

/**
 * Gathers updates and hands them over once per frame, the last of each key only: a tab that is slow or hidden falls behind in
 * time and never in truth, and what waits is bounded by the number of keys.
 */
export class Coalescer<Key, Value> {
  private waiting = new Map<Key, Value>();
  private isScheduled = false;

  constructor(
    private readonly schedule: Schedule,
    private readonly deliver: (latest: ReadonlyMap<Key, Value>) => void,
  ) {}

  add(key: Key, value: Value): void {
    this.waiting.set(key, value);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.schedule(() => this.flush());
  }

  get size(): number {
    return this.waiting.size;
  }

  private flush(): void {
    this.isScheduled = false;
    const latest = this.waiting;
    this.waiting = new Map();
    this.deliver(latest);
  }
}
