import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacktestResponse, BacktestSpec } from '@flightdeck/contracts';

/** A backtest and what it runs on: kept together, so that one that was cut off by a restart runs again. */
export interface KeptBacktest {
  readonly told: BacktestResponse;
  readonly spec: BacktestSpec;
}

/** Backtests that are kept; of those that are over, the oldest is forgotten first. */
export const KEPT_MAX = 200;
const SUFFIX = '.json';

/** Backtests in a directory, a file each. They are no facts: whoever loses one runs it again. */
export class BacktestShelf {
  private readonly kept = new Map<string, KeptBacktest>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const files = readdirSync(directory).filter((file) => file.endsWith(SUFFIX));
    const read = files.map((file) => JSON.parse(readFileSync(join(directory, file), 'utf8')) as KeptBacktest);
    read.sort((a, b) => (a.told.requestedAt < b.told.requestedAt ? -1 : 1));
    for (const one of read) this.kept.set(one.told.backtestId, one);
  }

  all(): readonly KeptBacktest[] {
    return [...this.kept.values()];
  }

  get(backtestId: string): KeptBacktest | undefined {
    return this.kept.get(backtestId);
  }

  /** A change of state goes to the disk; progress alone does not. */
  put(one: KeptBacktest): void {
    const { backtestId, state } = one.told;
    const before = this.kept.get(backtestId);
    this.kept.set(backtestId, one);
    if (before?.told.state === state) return;
    const path = this.path(backtestId);
    writeFileSync(`${path}.new`, JSON.stringify(one), { mode: 0o600 });
    renameSync(`${path}.new`, path);
    if (this.kept.size > KEPT_MAX) this.forgetOldest();
  }

  private forgetOldest(): void {
    for (const [backtestId, { told }] of this.kept) {
      if (told.finishedAt === null) continue;
      this.kept.delete(backtestId);
      rmSync(this.path(backtestId), { force: true });
      return;
    }
  }

  private path(backtestId: string): string {
    return join(this.directory, `${backtestId}${SUFFIX}`);
  }
}
