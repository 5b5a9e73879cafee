import { dayOf } from '@flightdeck/domain';
import type { Looks, World } from './looks.js';
import type { RuleFilter } from './universe.js';

/** How often rules are evaluated whose facts move with the clock. */
export const SWEEP_EVERY_MS = 60_000;
/** Over a silence that is longer than so many sweeps, the sweeps in between are left out. */
const SWEEPS_AT_ONCE_MAX = 24 * 60;
/** Campaigns of a sweep that are looked at before the thread is given free once. */
const SLICE_MAX = 1_000;

/** Has campaigns looked at: those that changed, and minute after minute those whose rules need no change. */
export class Sweeps {
  /** Campaigns with something new that may move a rule, as many as there are at most. */
  readonly changed: Set<string>;
  lastSweepMs: number;

  constructor(
    private readonly world: Pick<World, 'universes' | 'campaigns' | 'holders'>,
    private readonly looks: Looks,
    begun: { readonly changed: Set<string>; readonly lastSweepMs: number },
  ) {
    this.changed = begun.changed;
    this.lastSweepMs = begun.lastSweepMs;
  }

  /** Every campaign that has changed. */
  async evaluate(nowMs: number): Promise<void> {
    for (const campaignId of this.changed) {
      const work = this.looks.look(campaignId, nowMs, everyRule, true);
      if (work !== undefined) await work;
    }
    this.changed.clear();
  }

  /**
   * Rules whose facts move with the clock, over all campaigns; those whose facts move with what others of the advertiser spend, over
   * all that share its budget; and every rule where a new local day has begun.
   */
  async upTo(atMs: number): Promise<void> {
    const first = Math.max(this.lastSweepMs, atMs - SWEEPS_AT_ONCE_MAX * SWEEP_EVERY_MS);
    for (let sweepMs = first + SWEEP_EVERY_MS; sweepMs <= atMs; sweepMs += SWEEP_EVERY_MS) {
      const isNewDay = newDays(this.lastSweepMs, sweepMs);
      this.lastSweepMs = sweepMs;
      const swept = new Set(this.changed);
      await this.evaluate(sweepMs);
      await this.sweep(sweepMs, { isNewDay, timeDriven: true }, swept);
    }
  }

  /** Event time stands still from here on; what the last events moved at siblings no later sweep will see. */
  async end(nowMs: number, done: ReadonlySet<string>): Promise<void> {
    await this.sweep(nowMs, { isNewDay: () => false, timeDriven: false }, done);
  }

  private async sweep(
    nowMs: number,
    asked: { readonly isNewDay: (zone: string) => boolean; readonly timeDriven: boolean },
    done: ReadonlySet<string>,
  ): Promise<void> {
    const { universes, campaigns, holders } = this.world;
    const hasTimeDriven = asked.timeDriven && universes.some((universe) => universe.timeDriven);
    const hasShared = universes.some((universe) => universe.shared);
    let looked = 0;
    for (const campaignId of campaigns.ids()) {
      const isNew = asked.isNewDay(campaigns.zoneOf(campaignId));
      const isShared = hasShared && holders.holds(campaigns.get(campaignId));
      if ((!isNew && !hasTimeDriven && !isShared) || done.has(campaignId)) continue;
      const isAsked = isNew
        ? everyRule
        : !hasTimeDriven
          ? shared
          : isShared
            ? timeDrivenOrShared
            : timeDriven;
      const work = this.looks.look(campaignId, nowMs, isAsked, false);
      if (work !== undefined) await work;
      if (++looked % SLICE_MAX === 0) await new Promise(setImmediate);
    }
  }
}

const everyRule: RuleFilter = () => true;
const timeDriven: RuleFilter = (prepared) => prepared.timeDriven;
const shared: RuleFilter = (prepared) => prepared.shared;
const timeDrivenOrShared: RuleFilter = (prepared) => prepared.timeDriven || prepared.shared;

/** Whether a day of a zone has begun between two moments; few zones, many campaigns. */
function newDays(beforeMs: number, afterMs: number): (zone: string) => boolean {
  const known = new Map<string, boolean>();
  return (zone) => {
    let isNew = known.get(zone);
    if (isNew === undefined) {
      isNew = dayOf(zone, beforeMs) !== dayOf(zone, afterMs);
      known.set(zone, isNew);
    }
    return isNew;
  };
}
