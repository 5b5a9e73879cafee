import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from './job.js';

/** A job and what it runs on: kept together, so that one that was cut off by a restart runs again. */
export interface KeptJob<J extends Job, Spec> {
  readonly id: string;
  readonly told: J;
  readonly spec: Spec;
}

/** Jobs of one kind that are kept; of those that are over, the oldest is forgotten first. */
export const KEPT_MAX = 200;
const SUFFIX = '.json';

/** Jobs in a directory, a file each. They are no facts: whoever loses one runs it again. */
export class JobShelf<J extends Job, Spec> {
  private readonly kept = new Map<string, KeptJob<J, Spec>>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const files = readdirSync(directory).filter((file) => file.endsWith(SUFFIX));
    const read = files.map((file) => this.read(file));
    read.sort((a, b) => (a.told.requestedAt < b.told.requestedAt ? -1 : 1));
    for (const one of read) this.kept.set(one.id, one);
  }

  all(): readonly KeptJob<J, Spec>[] {
    return [...this.kept.values()];
  }

  get(id: string): KeptJob<J, Spec> | undefined {
    return this.kept.get(id);
  }

  /** A change of state goes to the disk; progress alone does not. */
  put(one: KeptJob<J, Spec>): void {
    const { id, told } = one;
    const before = this.kept.get(id);
    this.kept.set(id, one);
    if (before?.told.state === told.state) return;
    const path = this.path(id);
    writeFileSync(`${path}.new`, JSON.stringify(one), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    if (this.kept.size > KEPT_MAX) this.forgetOldest();
  }

  private forgetOldest(): void {
    for (const [id, { told }] of this.kept) {
      if (told.finishedAt === null) continue;
      this.kept.delete(id);
      rmSync(this.path(id), { force: true });
      return;
    }
  }

  private read(file: string): KeptJob<J, Spec> {
    const kept = JSON.parse(readFileSync(join(this.directory, file), 'utf8')) as KeptJob<J, Spec>;
    return { ...kept, id: file.slice(0, -SUFFIX.length) };
  }

  private path(id: string): string {
    return join(this.directory, `${id}${SUFFIX}`);
  }
}
