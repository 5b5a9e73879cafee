import {
  PREFIX,
  STREAM,
  type BacktestProgressResponse,
  type BacktestResultResponse,
  type BacktestSpec,
} from '@flightdeck/contracts';
import {
  factSource,
  figuresWithoutEvents,
  formatInstant,
  hasAdGroupBudgets,
  type AdvertiserFigures,
  type CampaignFigures,
  type CommandEvent,
} from '@flightdeck/domain';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import {
  AdFactReader,
  AdvertiserReader,
  emptyFact,
  projectedReadModels,
  Projector,
  type AdFact,
  type ReadModels,
  type ReadModelStore,
} from '@flightdeck/read-models';
import { PastAdvertisers } from './advertisers.js';
import { PastCampaigns } from './campaigns.js';
import { closed } from './outcome.js';
import { Universe } from './universe.js';

/** Rules are evaluated once for so much event time, over all that changed in it: the live system rests shorter. */
export const TICK_MS = 1_000;
/** How often rules are evaluated whose facts move with the clock. */
export const SWEEP_EVERY_MS = 60_000;
/** Over a silence that is longer than so many sweeps, the sweeps in between are left out. */
const SWEEPS_AT_ONCE_MAX = 24 * 60;
/** Events read before they are folded together, at most. */
const RUN_EVENTS_MAX = 2_000;
/** Campaigns whose figures are asked for at once. */
const SLICE_MAX = 1_000;
/** Commands really issued that are remembered to be held beside the others. */
const ISSUED_MAX = 1_000_000;
const PROGRESS_EVERY_EVENTS = 20_000;

/** What a backtest needs: something to follow, and a fresh store for its own read models. It can reach neither a bus nor a writer. */
export interface BacktestDeps {
  readonly ledger: Pick<EventStore, 'follow'>;
  readonly store: ReadModelStore;
  readonly onProgress: (progress: BacktestProgressResponse) => void;
  /** Milliseconds of a clock that only goes forward, for the rate. */
  readonly elapsedMs: () => number;
}

/**
 * Tries rules on the past: folds the ledger from its start with the live folds, and from `fromMs` on evaluates in event time with
 * the live decisions whatever changed. Event time is the latest of the events so far, and no later than their arrival. Reads to
 * the end of what was stored when it got there, so that the days it tells of are closed. @throws when `signal` aborts.
 */
export async function runBacktest(
  deps: BacktestDeps,
  spec: BacktestSpec,
  signal: AbortSignal,
): Promise<BacktestResultResponse> {
  const faults: unknown[] = [];
  const projector = await Projector.open(deps.store, { onFault: (error) => faults.push(error) });
  try {
    const run = new Run(deps, spec, projector);
    for await (const batch of deps.ledger.follow({ prefix: '' }, 'start', signal)) {
      for (const event of batch.events) await run.take(event);
      if (faults.length > 0) throw new Error('The read models of the backtest broke.', { cause: faults[0] });
      if (batch.caughtUp) return await run.finish();
    }
    throw new Error('The backtest was cancelled.');
  } finally {
    projector.abandon();
  }
}

class Run {
  private readonly universes: readonly Universe[];
  private readonly readModels: ReadModels;
  private readonly campaigns = new PastCampaigns();
  private readonly holders = new PastAdvertisers();
  private readonly advertisers: AdvertiserReader;
  private readonly reader = new AdFactReader();
  private readonly facts: AdFact[] = [];
  /** Facts read and not folded yet. */
  private pending = 0;
  private readonly changed = new Set<string>();
  private readonly issued = new Set<string>();
  private nowMs = 0;
  private lastSweepMs: number;
  private eventsRead = 0;
  private eventsInRange = 0;

  constructor(
    private readonly deps: BacktestDeps,
    private readonly spec: BacktestSpec,
    private readonly projector: Projector,
  ) {
    this.universes = spec.variants.map((variant) => new Universe(variant));
    this.readModels = projectedReadModels(projector);
    this.advertisers = new AdvertiserReader(this.holders, this.readModels);
    this.lastSweepMs = spec.fromMs;
  }

  async take(event: StoredEvent): Promise<void> {
    const { stream } = event;
    if (stream.startsWith(PREFIX.ads)) await this.takeAd(event);
    else if (stream.startsWith(PREFIX.campaign)) {
      await this.foldPending();
      const campaignId = this.campaigns.fold(event);
      this.holders.join(this.campaigns.get(campaignId));
      this.changed.add(campaignId);
    } else if (stream.startsWith(PREFIX.advertiser)) {
      await this.foldPending();
      for (const { campaignId } of this.holders.fold(event)) this.changed.add(campaignId);
    } else if (stream.startsWith(PREFIX.command) && event.type === 'CommandIssued') this.remember(event);
  }

  /** Evaluates what is left and closes the days. */
  async finish(): Promise<BacktestResultResponse> {
    await this.foldPending();
    if (this.isInRange(this.nowMs)) await this.evaluate(this.nowMs);
    if (this.nowMs >= this.spec.fromMs) await this.sweepUpTo(Math.min(this.nowMs, this.spec.toMs));
    const variants = [];
    for (const [index, { name }] of this.spec.variants.entries()) {
      const universe = this.universes[index];
      if (universe !== undefined) variants.push(await closed(name, universe, this.issued, this.readModels));
    }
    this.tell();
    const { eventsRead, eventsInRange } = this;
    return { eventsRead, eventsInRange, issued: this.issued.size, variants };
  }

  private async takeAd(event: StoredEvent): Promise<void> {
    const fact = (this.facts[this.pending] ??= emptyFact());
    if (!this.reader.read(event, fact)) return; // of a later release: the live folds pass it over too
    const atMs = Math.max(this.nowMs, Math.min(fact.occurredAtMs, event.recordedAtMs));
    if (Math.floor(atMs / TICK_MS) !== Math.floor(this.nowMs / TICK_MS)) await this.advance(atMs);
    this.nowMs = atMs;
    this.pending += 1;
    this.changed.add(fact.campaignId);
    this.eventsRead += 1;
    if (this.isInRange(atMs)) this.eventsInRange += 1;
    if (this.pending >= RUN_EVENTS_MAX) await this.foldPending();
    if (this.eventsRead % PROGRESS_EVERY_EVENTS === 0) this.tell();
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
    await this.projector.foldFacts(this.facts, count, String(this.eventsRead));
  }

  private isInRange(ms: number): boolean {
    return ms >= this.spec.fromMs && ms < this.spec.toMs;
  }

  private remember(event: StoredEvent): void {
    const { data } = decodeEvent<Extract<CommandEvent, { type: 'CommandIssued' }>>(event);
    const issuedAtMs = Date.parse(data.issuedAt);
    if (this.isInRange(issuedAtMs) && this.issued.size < ISSUED_MAX) this.issued.add(data.commandId);
  }

  /** Rules whose facts move with the clock, over all campaigns; and every rule where a new local day has begun. */
  private async sweepUpTo(atMs: number): Promise<void> {
    const first = Math.max(this.lastSweepMs, atMs - SWEEPS_AT_ONCE_MAX * SWEEP_EVERY_MS);
    for (let sweepMs = first + SWEEP_EVERY_MS; sweepMs <= atMs; sweepMs += SWEEP_EVERY_MS) {
      const timeDriven = this.universes.some((one) => one.timeDriven);
      const isShared = this.universes.some((one) => one.shared);
      for (const campaignId of this.campaigns.ids()) {
        const isNewDay =
          this.campaigns.dayOf(campaignId, this.lastSweepMs) !== this.campaigns.dayOf(campaignId, sweepMs);
        const isHeld = isShared && this.holders.holds(this.campaigns.get(campaignId));
        if (timeDriven || isNewDay || isHeld) this.changed.add(campaignId);
      }
      this.lastSweepMs = sweepMs;
      await this.evaluate(sweepMs);
    }
  }

  private async evaluate(nowMs: number): Promise<void> {
    const due = [...this.changed].filter((id) =>
      this.universes.some((universe) => universe.isDue(id, this.campaigns.get(id), nowMs)),
    );
    this.changed.clear();
    for (let from = 0; from < due.length; from += SLICE_MAX) {
      const slice = due.slice(from, from + SLICE_MAX);
      const requests = slice.map((campaignId) => ({
        campaignId,
        campaign: this.campaigns.get(campaignId),
        adGroups: hasAdGroupBudgets(this.campaigns.get(campaignId)),
        day: this.campaigns.dayOf(campaignId, nowMs),
      }));
      const figures = await this.readModels.figures(requests, nowMs);
      const advertisers = await this.advertisers.read(requests);
      for (const [index, { campaignId, day }] of requests.entries()) {
        const known = figures[index] ?? this.withoutEvents(campaignId, day);
        this.evaluateOne(campaignId, known, advertisers[index], nowMs);
      }
    }
  }

  private evaluateOne(
    campaignId: string,
    figures: CampaignFigures | undefined,
    advertiser: AdvertiserFigures | undefined,
    nowMs: number,
  ): void {
    if (figures === undefined) return;
    const campaign = this.campaigns.get(campaignId);
    const facts = factSource({ terms: campaign, status: campaign?.status, figures, advertiser, nowMs });
    for (const universe of this.universes) universe.evaluate({ campaign, figures, facts, nowMs });
  }

  private withoutEvents(campaignId: string, day: string): CampaignFigures | undefined {
    const campaign = this.campaigns.get(campaignId);
    if (campaign === undefined) return undefined;
    const position = { stream: STREAM.campaign(campaignId), revision: 0 };
    return figuresWithoutEvents(campaignId, day, campaign.currency, position);
  }

  private tell(): void {
    const { eventsRead, eventsInRange, nowMs } = this;
    const seconds = this.deps.elapsedMs() / 1000;
    this.deps.onProgress({
      ...{ eventsRead, eventsInRange },
      at: nowMs === 0 ? null : formatInstant(nowMs),
      eventsPerSecond: seconds === 0 ? 0 : Math.round(eventsRead / seconds),
    });
  }
}
