import type { Revision } from '../../event-store.js';

/** The last revision of each stream, -1 if there is no stream. Exact because one process owns the store; bounded, the longest unused forgotten first. */
export class Heads {
  private readonly revisions = new Map<string, Revision>();

  constructor(
    private readonly lookUp: (stream: string) => Revision | undefined,
    private readonly max: number,
  ) {}

  get(stream: string): Revision {
    const known = this.revisions.get(stream);
    if (known === undefined) return this.lookUp(stream) ?? -1;
    return known;
  }

  set(stream: string, revision: Revision): void {
    this.revisions.delete(stream);
    this.revisions.set(stream, revision);
    if (this.revisions.size <= this.max) return;
    for (const oldest of this.revisions.keys()) {
      this.revisions.delete(oldest);
      break;
    }
  }
}
