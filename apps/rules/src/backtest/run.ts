import {
  BACKTEST_COMMANDS_TOLD_MAX,
  PREFIX,
  type BacktestResultResponse,
  type BacktestSpec,
} from '@flightdeck/contracts';
import { dayOf } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import {
  AdFactReader,
  emptyFact,
  figuresOfMoment,
  projectedReadModels,
  type AdFact,
  type Projector,
  type ReadModels,
} from '@flightdeck/read-models';
import { PastAdvertisers } from './advertisers.js';
import { BOOKS_MAX } from './books.js';
import { PastCampaigns } from './campaigns.js';
import type { Kept } from './kept.js';
import { Looks } from './looks.js';
import { closed } from './outcome.js';
import { ReallyIssued } from './really-issued.js';
import { SharedSpend } from './shared-spend.js';
import { Universe, type RuleFilter, type UniverseState } from './universe.js';

/** Rules are evaluated once for so much event time, over all that changed in it: the live system rests shorter. */
export const TICK_MS = 1_000;
/** How often rules are evaluated whose facts move with the clock. */
export const SWEEP_EVERY_MS = 60_000;
/** Over a silence that is longer than so many sweeps, the sweeps in between are left out. */
const SWEEPS_AT_ONCE_MAX = 24 * 60;
/** Events read before they are folded together, at most. */
const RUN_EVENTS_MAX = 2_000;
/** Campaigns of a sweep that are looked at before the thread is given free once. */
const SLICE_MAX = 1_000;

/** Everything that a run needs to go on, beside its read models, its books and what it has put into rows. JSON. */
export interface RunState {
  readonly eventsRead: number;
  readonly eventsInRange: number;
  readonly nowMs: number;
  readonly lastSweepMs: number;
  readonly issued: number;
  readonly changed: readonly string[];
  readonly universes: readonly UniverseState[];
}

/** One pass over the ledger: events in, ticks of event time, and in the range what the universes make of it. */
export class Run {
  eventsRead = 0;
  eventsInRange = 0;
  /** Event time: the latest `occurredAt` so far, and no later than its arrival. */
  nowMs = 0;
  private readonly universes: readonly Universe[];
  private readonly readModels: ReadModels;
  private readonly looks: Looks;
  private readonly campaigns: PastCampaigns;
  private readonly holders: PastAdvertisers;
  private readonly sharedSpend: SharedSpend;
  private readonly really: ReallyIssued;
  private readonly reader = new AdFactReader();
  private readonly facts: AdFact[] = [];
  /** Facts read and not folded yet. */
  private pending = 0;
  /** Campaigns with something new that may move a rule, as many as there are at most. */
  private readonly changed = new Set<string>();
  private lastSweepMs: number;
  private tick = 0;

  constructor(
    private readonly spec: BacktestSpec,
    private readonly projector: Projector,
    private readonly kept: Kept,
    state: RunState | undefined,
  ) {
    this.universes = spec.variants.map(
      (variant, number) => new Universe(variant, number, kept, state?.universes[number]),
    );
    this.readModels = projectedReadModels(projector);
    this.campaigns = new PastCampaigns(kept);
    this.holders = new PastAdvertisers(kept);
    this.sharedSpend = new SharedSpend(this.holders, this.readModels);
    this.really = new ReallyIssued(kept, state?.issued);
    const { universes, readModels, campaigns, holders, sharedSpend } = this;
    const figuresNow = figuresOfMoment(projector);
    this.looks = new Looks({ universes, readModels, figuresNow, campaigns, holders, sharedSpend });
    this.lastSweepMs = state?.lastSweepMs ?? spec.fromMs;
    if (state === undefined) return;
    this.eventsRead = state.eventsRead;
    this.eventsInRange = state.eventsInRange;
    this.nowMs = state.nowMs;
    this.tick = Math.floor(state.nowMs / TICK_MS);
    state.changed.forEach((id) => this.changed.add(id));
  }

  /** Reads back what a run before this one has put into rows. */
  async load(): Promise<void> {
    await this.campaigns.load();
    await this.holders.load();
    for (const campaignId of this.campaigns.ids()) this.holders.join(this.campaigns.get(campaignId));
    for (const { books } of this.universes) await books.load();
  }

  /** What a run that goes on from here has to know; everything read has to be folded. Puts the rest of it into rows. */
  save(): RunState {
    for (const { books } of this.universes) books.put();
    const { eventsRead, eventsInRange, nowMs, lastSweepMs } = this;
    return {
      ...{ eventsRead, eventsInRange, nowMs, lastSweepMs, issued: this.really.count },
      changed: [...this.changed],
      universes: this.universes.map(({ state }) => state),
    };
  }

  /** What was saved is committed: lets go of what is over the limits. */
  saved(): void {
    for (const { books } of this.universes) books.trim(Math.ceil(BOOKS_MAX / this.universes.length));
  }

  /** Takes events in the order of the ledger. Waits only where something has to be read or evaluated. */
  async take(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) {
      const { stream } = event;
      if (stream.startsWith(PREFIX.ads)) {
        const work = this.takeAd(event);
        if (work !== undefined) await work;
      } else if (stream.startsWith(PREFIX.campaign)) {
        await this.foldPending();
        const campaignId = this.campaigns.fold(event);
        this.holders.join(this.campaigns.get(campaignId));
        this.looks.forget(campaignId);
        this.changed.add(campaignId);
        this.sharedSpend.forget();
      } else if (stream.startsWith(PREFIX.advertiser)) {
        await this.foldPending();
        for (const { campaignId } of this.holders.fold(event)) {
          this.looks.forget(campaignId);
          this.changed.add(campaignId);
        }
        this.sharedSpend.forget();
      } else if (stream.startsWith(PREFIX.command) && event.type === 'CommandIssued')
        this.really.take(event, (ms) => this.isInRange(ms));
    }
    await this.foldPending();
  }

  /** Evaluates what is left: the days are closed. Once more changes nothing. */
  async end(): Promise<void> {
    await this.foldPending();
    const { nowMs } = this;
    const done = new Set(this.changed);
    if (this.isInRange(nowMs)) await this.evaluate(nowMs);
    if (nowMs >= this.spec.fromMs) await this.sweepUpTo(Math.min(nowMs, this.spec.toMs));
    // Event time stands still from here on; what the last events moved at siblings no later sweep will see.
    if (this.isInRange(nowMs)) await this.sweep(nowMs, { isNewDay: () => false, timeDriven: false }, done);
  }

  /** What came of it, from what is committed. */
  async result(): Promise<BacktestResultResponse> {
    const { kept, really, readModels, nowMs, eventsRead, eventsInRange } = this;
    const variants = [];
    for (const universe of this.universes) {
      const name = this.spec.variants[universe.number]?.name ?? '';
      variants.push(await closed(name, universe, { kept, really, readModels, nowMs }));
    }
    const issuedCommands = [...(await really.first())];
    const issuedNote =
      really.count > BACKTEST_COMMANDS_TOLD_MAX
        ? `The first ${issuedCommands.length} of ${really.count} commands are listed; all are counted.`
        : null;
    return { eventsRead, eventsInRange, issued: really.count, issuedNote, issuedCommands, variants };
  }

  private takeAd(event: StoredEvent): Promise<void> | undefined {
    const fact = (this.facts[this.pending] ??= emptyFact());
    if (!this.reader.read(event, fact)) return undefined; // of a later release: the live folds pass it over too
    const atMs = Math.max(this.nowMs, Math.min(fact.occurredAtMs, event.recordedAtMs));
    const tick = Math.floor(atMs / TICK_MS);
    if (tick === this.tick) {
      this.count(fact, atMs);
      return this.pending >= RUN_EVENTS_MAX ? this.foldPending() : undefined;
    }
    this.tick = tick;
    return this.advance(atMs).then(() => this.count(fact, atMs));
  }

  private count(fact: AdFact, atMs: number): void {
    this.nowMs = atMs;
    this.pending += 1;
    if (this.looks.isMovedBy(fact, atMs)) this.changed.add(fact.campaignId);
    this.eventsRead += 1;
    if (this.isInRange(atMs)) this.eventsInRange += 1;
  }

  /** Ends the tick in hand. The fact that begins the next one waits where the first of the next run belongs. */
  private async advance(atMs: number): Promise<void> {
    const next = this.facts[this.pending];
    const inRange = this.isInRange(this.nowMs);
    if (inRange || this.isInRange(atMs)) {
      await this.foldPending();
      if (next !== undefined) this.startRunWith(next);
      if (inRange) await this.evaluate(this.nowMs);
      await this.sweepUpTo(Math.min(atMs, this.spec.toMs));
    }
    // What changed before the range is evaluated when it begins: what makes a rule true may already have happened.
    if (this.nowMs >= this.spec.toMs) this.changed.clear();
  }

  private startRunWith(fact: AdFact): void {
    const at = this.facts.indexOf(fact);
    const first = this.facts[0];
    if (at <= 0 || first === undefined) return;
    this.facts[0] = fact;
    this.facts[at] = first;
  }

  private async foldPending(): Promise<void> {
    if (this.pending === 0) return;
    const count = this.pending;
    this.pending = 0;
    this.sharedSpend.forget();
    await this.projector.foldFacts(this.facts, count, this.projector.progress().checkpoint);
  }

  private isInRange(ms: number): boolean {
    return ms >= this.spec.fromMs && ms < this.spec.toMs;
  }

  /**
   * Rules whose facts move with the clock, over all campaigns; those whose facts move with what others of the advertiser spend, over
   * all that share its budget; and every rule where a new local day has begun.
   */
  private async sweepUpTo(atMs: number): Promise<void> {
    const first = Math.max(this.lastSweepMs, atMs - SWEEPS_AT_ONCE_MAX * SWEEP_EVERY_MS);
    for (let sweepMs = first + SWEEP_EVERY_MS; sweepMs <= atMs; sweepMs += SWEEP_EVERY_MS) {
      const isNewDay = newDays(this.lastSweepMs, sweepMs);
      this.lastSweepMs = sweepMs;
      const swept = new Set(this.changed);
      await this.evaluate(sweepMs);
      await this.sweep(sweepMs, { isNewDay, timeDriven: true }, swept);
    }
  }

  private async sweep(
    nowMs: number,
    asked: { readonly isNewDay: (zone: string) => boolean; readonly timeDriven: boolean },
    done: ReadonlySet<string>,
  ): Promise<void> {
    const hasTimeDriven = asked.timeDriven && this.universes.some((universe) => universe.timeDriven);
    const hasShared = this.universes.some((universe) => universe.shared);
    let looked = 0;
    for (const campaignId of this.campaigns.ids()) {
      const isNew = asked.isNewDay(this.campaigns.zoneOf(campaignId));
      const isShared = hasShared && this.holders.holds(this.campaigns.get(campaignId));
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

  /** Every campaign that has changed. */
  private async evaluate(nowMs: number): Promise<void> {
    for (const campaignId of this.changed) {
      const work = this.looks.look(campaignId, nowMs, everyRule, true);
      if (work !== undefined) await work;
    }
    this.changed.clear();
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
