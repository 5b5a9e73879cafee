import type { CampaignDirectory } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import type { PacingReader } from './pacing-reader.js';
import { riskOf } from './risk.js';

export interface Ranked {
  readonly campaignId: string;
  readonly risk: number;
}

/** A ranking is as old as this at most, or as this many times what making it took. */
const AGE_MS_MAX = 1_000;
const AGE_PER_COST = 5;
/** Campaigns computed before other work gets its turn. */
const SLICE = 500;

/** Registered campaigns, the riskiest first: made when asked for, and kept for a moment since it looks at every campaign. */
export class RiskRanking {
  private ranked: readonly Ranked[] = [];
  private freshUntilMs = -Infinity;
  private making: Promise<readonly Ranked[]> | undefined;

  constructor(
    private readonly directory: CampaignDirectory,
    private readonly pacing: PacingReader,
    private readonly clock: Clock,
  ) {}

  async current(): Promise<readonly Ranked[]> {
    if (this.ranked.length === this.directory.size && this.clock() < this.freshUntilMs) return this.ranked;
    return (this.making ??= this.make().finally(() => (this.making = undefined)));
  }

  private async make(): Promise<readonly Ranked[]> {
    const startedAtMs = this.clock();
    const ids = [...this.directory.entries()].map(({ campaign }) => campaign.campaignId);
    const ranked: Ranked[] = [];
    for (let at = 0; at < ids.length; at += SLICE) {
      for (const { campaignId, view } of await this.pacing.read(ids.slice(at, at + SLICE))) {
        ranked.push({ campaignId, risk: riskOf(view) });
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.ranked = ranked.sort((a, b) => b.risk - a.risk || (a.campaignId < b.campaignId ? -1 : 1));
    const nowMs = this.clock();
    this.freshUntilMs = nowMs + Math.max(AGE_MS_MAX, AGE_PER_COST * (nowMs - startedAtMs));
    return this.ranked;
  }
}
