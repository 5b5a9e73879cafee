import { ProblemException } from '@flightdeck/platform';

/** Looks through a partition's history that run at once, and that wait for their turn. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 32;

/** Reading through history takes long; so many do it at once, and the others wait or come again later. */
export class Scans {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /** @throws {ProblemException} 429 when too many wait. */
  async run<T>(scan: () => Promise<T>): Promise<T> {
    if (this.running >= AT_ONCE_MAX) await this.turn();
    else this.running += 1;
    try {
      return await scan();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }

  private turn(): Promise<void> {
    if (this.waiting.length >= WAITING_MAX)
      throw new ProblemException(429, 'too-many-scans', 'Too many look through history just now.', {
        headers: { 'retry-after': '2' },
      });
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
