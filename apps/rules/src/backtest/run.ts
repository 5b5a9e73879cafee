import {
  BACKTEST_COMMANDS_TOLD_MAX,
  PREFIX,
  type BacktestResultResponse,
  type BacktestSpec,
} from '@flightdeck/contracts';
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
import { Sweeps } from './sweeps.js';
import { Universe, type UniverseState } from './universe.js';

/** Rules are evaluated once for so much event time, over all that changed in it: the live system rests shorter. */
export const TICK_MS = 1_000;
/** Events read before they are folded together, at most. */
const RUN_EVENTS_MAX = 2_000;

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
  private readonly sweeps: Sweeps;
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
    const changed = new Set(state?.changed);
    const lastSweepMs = state?.lastSweepMs ?? spec.fromMs;
    this.sweeps = new Sweeps({ universes, campaigns, holders }, this.looks, { changed, lastSweepMs });
    if (state === undefined) return;
    this.eventsRead = state.eventsRead;
    this.eventsInRange = state.eventsInRange;
    this.nowMs = state.nowMs;
    this.tick = Math.floor(state.nowMs / TICK_MS);
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
    const { eventsRead, eventsInRange, nowMs } = this;
    const { lastSweepMs, changed } = this.sweeps;
    return {
      ...{ eventsRead, eventsInRange, nowMs, lastSweepMs, issued: this.really.count },
      changed: [...changed],
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
        this.sweeps.changed.add(campaignId);
        this.sharedSpend.forget();
      } else if (stream.startsWith(PREFIX.advertiser)) {
        await this.foldPending();
        for (const { campaignId } of this.holders.fold(event)) {
          this.looks.forget(campaignId);
          this.sweeps.changed.add(campaignId);
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
    const done = new Set(this.sweeps.changed);
    if (this.isInRange(nowMs)) await this.sweeps.evaluate(nowMs);
    if (nowMs >= this.spec.fromMs) await this.sweeps.upTo(Math.min(nowMs, this.spec.toMs));
    if (this.isInRange(nowMs)) await this.sweeps.end(nowMs, done);
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
    if (this.looks.isMovedBy(fact, atMs)) this.sweeps.changed.add(fact.campaignId);
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
      if (inRange) await this.sweeps.evaluate(this.nowMs);
      await this.sweeps.upTo(Math.min(atMs, this.spec.toMs));
    }
    // What changed before the range is evaluated when it begins: what makes a rule true may already have happened.
    if (this.nowMs >= this.spec.toMs) this.sweeps.changed.clear();
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
}
