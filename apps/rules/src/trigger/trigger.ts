import { dayOf } from '@flightdeck/domain';
import type { AdvertiserDirectory, CampaignDirectory } from '@flightdeck/ledger';
import type { Clock } from '@flightdeck/platform';
import type { ReadModels } from '@flightdeck/read-models';
import { Bell } from '../bell.js';
import { pause, untilAborted } from '../pause.js';
import type { ActiveRule } from '../rule-book/active-rule.js';
import type { RuleBook } from '../rule-book/rule-book.js';
import { evaluateCampaigns, type EvaluationDeps, type Occasion, type RuleFilter } from './evaluation.js';

/** Campaigns evaluated in one go, before other work of the process gets its turn. */
export const SLICE_MAX = 256;
/** The longest rest between rounds: what changes meanwhile is evaluated together. */
export const REST_MAX_MS = 50;
/** Rest per millisecond of work: evaluation takes at most a fifth of a core until the rest is at its limit. */
const REST_RATIO = 4;
/** How often rules are evaluated whose facts move with the clock. */
export const SWEEP_EVERY_MS = 10_000;
const RETRY_AFTER_MS = 1_000;
const CATCH_UP_POLL_MS = 20;

export interface TriggerDeps extends EvaluationDeps {
  readonly book: Pick<RuleBook, 'inScope' | 'activeRules' | 'onChange' | 'caughtUp'>;
  readonly directory: CampaignDirectory;
  /** Which advertisers have a budget. */
  readonly holders: Pick<AdvertiserDirectory, 'get' | 'campaignsOf' | 'onChange' | 'caughtUp'>;
  readonly readModels: ReadModels;
  readonly clock: Clock;
  /** Told of a round that failed and will be done again. */
  readonly onError: (error: unknown) => void;
}

const everyRule: RuleFilter = () => true;

/**
 * Decides when which campaigns are evaluated: at once when something changed and there is time, together when there is not; every
 * {@link SWEEP_EVERY_MS} for facts that move with the clock or with an advertiser's other campaigns; and all campaigns after a start and for a new or revised rule, since
 * what made it true may already have happened.
 */
export class Trigger {
  /** Whether an event is among the reasons, by campaign. */
  private readonly changed = new Map<string, boolean>();
  private readonly bell = new Bell();
  private freshRules = new Set<string>();
  private lastSweepMs = 0;

  constructor(private readonly deps: TriggerDeps) {}

  /** Runs until `signal` aborts; a round in hand is finished. */
  async run(signal: AbortSignal): Promise<void> {
    const { book, directory, holders } = this.deps;
    const stops = [
      book.onChange((fresh) => this.addFresh(fresh)),
      directory.onChange((entries) =>
        this.add(
          entries.map(({ campaign }) => campaign.campaignId),
          false,
        ),
      ),
      holders.onChange((entries) => {
        for (const { advertiserId } of entries)
          this.add(
            Array.from(holders.campaignsOf(advertiserId), ({ campaignId }) => campaignId),
            false,
          );
      }),
    ];
    try {
      await Promise.all([this.followChanges(signal), this.rounds(signal)]);
    } finally {
      stops.forEach((stop) => stop());
    }
  }

  /** Figures that still lack what was stored before the start would look like under-delivery. */
  private async untilCaughtUp(signal: AbortSignal): Promise<void> {
    const { book, directory, holders, readModels } = this.deps;
    const all = [book.caughtUp(), directory.caughtUp(), holders.caughtUp()];
    await untilAborted(Promise.all(all), signal);
    while (!signal.aborted && !readModels.progress().caughtUp) await pause(CATCH_UP_POLL_MS, signal);
  }

  private addFresh(fresh: readonly ActiveRule[]): void {
    for (const { rule } of fresh) this.freshRules.add(rule.ruleId);
    this.bell.ring();
  }

  /** As many as there are campaigns, at most. */
  private add(campaignIds: readonly string[], byEvent: boolean): void {
    for (const campaignId of campaignIds)
      this.changed.set(campaignId, byEvent || this.changed.get(campaignId) === true);
    this.deps.stats.waiting = this.changed.size;
    this.bell.ring();
  }

  private async followChanges(signal: AbortSignal): Promise<void> {
    for await (const change of this.deps.readModels.changes(signal)) this.add(change.campaignIds, true);
  }

  private async rounds(signal: AbortSignal): Promise<void> {
    await this.untilCaughtUp(signal);
    this.addFresh(this.deps.book.activeRules);
    while (!signal.aborted) {
      const before = this.deps.stats.evaluationMs;
      try {
        await this.round(signal);
        await pause(Math.min(REST_MAX_MS, (this.deps.stats.evaluationMs - before) * REST_RATIO), signal);
      } catch (error) {
        this.deps.onError(error);
        await pause(RETRY_AFTER_MS, signal);
      }
      if (this.changed.size === 0 && this.freshRules.size === 0)
        await this.bell.wait(signal, this.untilSweepMs());
    }
  }

  private async round(signal: AbortSignal): Promise<void> {
    await this.serveChanged();
    if (this.freshRules.size > 0) await this.serveFreshRules(signal);
    if (this.untilSweepMs() <= 0) await this.sweep(signal);
  }

  /** What failed is put back, behind the others, and will be done again. */
  private async serveChanged(): Promise<void> {
    const inHand = new Map<string, boolean>();
    for (const [campaignId, byEvent] of this.changed) {
      if (inHand.size >= SLICE_MAX) break;
      inHand.set(campaignId, byEvent);
      this.changed.delete(campaignId);
    }
    if (inHand.size === 0) return;
    this.deps.stats.waiting = this.changed.size;
    const occasion: Occasion = { rules: everyRule, byEvent: (campaignId) => inHand.get(campaignId) === true };
    try {
      await evaluateCampaigns(this.deps, [...inHand.keys()], this.deps.clock(), occasion);
    } catch (error) {
      this.add([...inHand.keys()], false); // its latency would be the outage's
      throw error;
    }
  }

  private async serveFreshRules(signal: AbortSignal): Promise<void> {
    const fresh = this.freshRules;
    this.freshRules = new Set();
    try {
      await this.evaluateEverywhere(fresh, signal);
    } catch (error) {
      fresh.forEach((ruleId) => this.freshRules.add(ruleId));
      throw error;
    }
  }

  private untilSweepMs(): number {
    return Math.max(0, this.lastSweepMs + SWEEP_EVERY_MS - this.deps.clock());
  }

  /** New rules, over every campaign there is, registered or not. */
  private async evaluateEverywhere(ruleIds: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const only: RuleFilter = (active) => ruleIds.has(active.rule.ruleId);
    await this.slices(registered(this.deps.directory), only, signal);
    let after: string | undefined;
    while (!signal.aborted) {
      const page = await this.deps.readModels.campaignIds(after, SLICE_MAX);
      const unregistered = page.filter((campaignId) => this.deps.directory.get(campaignId) === undefined);
      await evaluateCampaigns(this.deps, unregistered, this.deps.clock(), { rules: only });
      after = page.at(-1);
      if (page.length < SLICE_MAX) return;
    }
  }

  /**
   * Rules whose facts move with the clock, or with what other campaigns of the advertiser spend; all rules where a new local day has
   * begun since the last time.
   */
  private async sweep(signal: AbortSignal): Promise<void> {
    const nowMs = this.deps.clock();
    const before = this.lastSweepMs;
    this.lastSweepMs = nowMs;
    const isNewDay = (campaignId: string): boolean => {
      const zone = this.deps.directory.get(campaignId)?.campaign.timezone ?? 'UTC';
      return before > 0 && dayOf(zone, before) !== dayOf(zone, nowMs);
    };
    const isHeld = (campaignId: string): boolean => {
      const campaign = this.deps.directory.get(campaignId)?.campaign;
      return campaign !== undefined && this.deps.holders.get(campaign.advertiserId) !== undefined;
    };
    const due: RuleFilter = (active, campaignId) =>
      active.timeDriven || isNewDay(campaignId) || (active.shared && isHeld(campaignId));
    await this.slices(registered(this.deps.directory), due, signal);
  }

  /** Slice by slice; between slices, campaigns that changed are served first. */
  private async slices(
    campaignIds: Iterable<string>,
    filter: RuleFilter,
    signal: AbortSignal,
  ): Promise<void> {
    let slice: string[] = [];
    const evaluate = async (): Promise<void> => {
      await evaluateCampaigns(this.deps, slice, this.deps.clock(), { rules: filter });
      slice = [];
      await this.serveChanged();
      await new Promise(setImmediate);
    };
    for (const campaignId of campaignIds) {
      slice.push(campaignId);
      if (slice.length >= SLICE_MAX) await evaluate();
      if (signal.aborted) return;
    }
    await evaluate();
  }
}

function* registered(directory: CampaignDirectory): Generator<string> {
  for (const { campaign } of directory.entries()) yield campaign.campaignId;
}
