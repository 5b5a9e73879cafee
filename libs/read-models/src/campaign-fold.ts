import type { AdFact } from './ad-fact/ad-fact.js';
import { Attribution, type AttributionChange } from './attribution/attribution.js';
import { isAdGroupSpend } from './projections/ad-group-rows.js';
import { count, credit, SLOT, slot } from './projections/counters.js';
import { DataQualityFold } from './projections/data-quality.js';
import { type HotCampaign, type Kind, KIND, OWN_ROW, TABLES } from './projections/hot-campaign.js';
import { HotCampaigns } from './projections/hot-campaigns.js';
import { encodeCampaign, encodeCounters } from './projections/row-codec.js';
import { dayNumber } from './projections/row-keys.js';
import type { ReadModelStore, RowWrite } from './read-model-store.js';

/**
 * What a commit has to write. Rows may be written one by one and later than they were taken, as they are by then: a row that
 * is ahead of the checkpoint skips what it has seen. The attribution state knows no such thing and goes with the checkpoint
 * that was current when it was taken.
 */
export interface CampaignChanges {
  /** In the order in which they may be written; each by {@link writeOf}. */
  readonly rows: readonly ChangedRow[];
  readonly attribution: readonly RowWrite[];
  /** To be handed to {@link HotCampaigns.committed}. */
  readonly campaigns: readonly HotCampaign[];
}

/** A row that changed, and its key. Its place may change until it is written. */
export interface ChangedRow {
  readonly campaign: HotCampaign;
  readonly kind: Kind;
  readonly period: number;
  readonly key: string;
}

/** Folds ad facts into every projection of them, in memory; what changed is handed out to be committed. */
export class CampaignFold {
  readonly campaigns: HotCampaigns;
  private readonly attribution = new Attribution();
  private changedRows = 0;
  /** By the place of the fact in its batch: its campaign, and where its rows are there. */
  private readonly campaignOf: HotCampaign[] = [];
  private readonly dayAt: number[] = [];
  private readonly hourAt: number[] = [];
  private readonly minuteAt: number[] = [];
  private touched: HotCampaign[] = [];
  /** The day of the last spend of an ad group, and as a number. */
  private day = '';
  private dayNumber = 0;
  /** Rows credited by the event in hand. They have seen it only once its own count is done, for it may be the same row. */
  private readonly credited: number[] = [];

  constructor(
    private readonly store: ReadModelStore,
    private readonly quality: DataQualityFold,
    rowsMax?: number,
  ) {
    this.campaigns = new HotCampaigns(store, rowsMax);
  }

  /** Rows waiting to be committed. */
  get dirtyRows(): number {
    return this.changedRows;
  }

  /** Folds the first `length` facts, in ledger order, and answers the campaigns they touched. @throws when the store cannot be read. */
  async fold(facts: readonly AdFact[], length: number): Promise<readonly HotCampaign[]> {
    this.findCampaigns(facts, length);
    await this.campaigns.fillCampaigns();
    this.findRows(facts, length);
    await this.campaigns.fillRows();
    await this.attribution.fetch(this.store);
    for (let i = 0; i < length; i++) {
      const fact = facts[i];
      const campaign = this.campaignOf[i];
      if (fact !== undefined && campaign !== undefined) this.foldOne(fact, campaign, i);
    }
    this.campaigns.assertFilled();
    return this.touched;
  }

  /** Everything that changed since the last time, to be committed: see {@link CampaignChanges}. */
  takeChanges(): CampaignChanges {
    this.changedRows = 0;
    const campaigns = this.campaigns.takeChanged();
    const rows: ChangedRow[] = [];
    for (const campaign of campaigns) {
      campaign.forEachChanged((kind, period) =>
        rows.push({ campaign, kind, period, key: campaign.keyOf(kind, period) }),
      );
    }
    // A campaign that is not in the store is taken to have nothing there, so its own row goes first.
    // By key, neighbours share pages of the store, and each page is written once.
    rows.sort((a, b) => a.kind - b.kind || (a.key < b.key ? -1 : 1));
    return { rows, attribution: this.attribution.takeWrites(), campaigns };
  }

  /** Forgets what is in memory and starts from what was committed. */
  async load(): Promise<void> {
    this.changedRows = 0;
    this.campaigns.clear();
    await this.attribution.load(this.store);
  }

  private findCampaigns(facts: readonly AdFact[], length: number): void {
    const turn = this.campaigns.turn();
    this.touched = [];
    for (let i = 0; i < length; i++) {
      const fact = facts[i];
      if (fact === undefined) return;
      const campaign = this.campaigns.campaign(fact.campaignId, fact.partition);
      this.campaignOf[i] = campaign;
      if (campaign.touchedIn === turn) continue;
      campaign.touchedIn = turn;
      this.touched.push(campaign);
      this.campaigns.change(campaign);
    }
  }

  /** The rows of every fact, and of the earlier conversions that it may credit. */
  private findRows(facts: readonly AdFact[], length: number): void {
    for (let i = 0; i < length; i++) {
      const fact = facts[i];
      const campaign = this.campaignOf[i];
      if (fact === undefined || campaign === undefined) return;
      this.campaigns.rowsAt(campaign, fact.day, fact.occurredAtMs);
      if (campaign.adGroups === undefined && isAdGroupSpend(fact)) this.campaigns.adGroups(campaign);
      this.dayAt[i] = campaign.dayAt;
      this.hourAt[i] = campaign.hourAt;
      this.minuteAt[i] = campaign.minuteAt;
      for (const { day, occurredAtMs } of this.attribution.announce(fact)) {
        this.campaigns.rowsAt(campaign, day, occurredAtMs);
      }
    }
  }

  private foldOne(fact: AdFact, campaign: HotCampaign, i: number): void {
    const change = this.attribution.fold(fact);
    const { attributed } = change;
    if (change.credited.length > 0) this.creditEarlier(fact, campaign, change);
    if (this.count(fact, campaign, OWN_ROW, attributed)) {
      identify(campaign, fact);
      joined(campaign, change);
    }
    this.count(fact, campaign, this.dayAt[i] ?? OWN_ROW, attributed);
    this.count(fact, campaign, this.hourAt[i] ?? OWN_ROW, attributed);
    this.count(fact, campaign, this.minuteAt[i] ?? OWN_ROW, attributed);
    if (isAdGroupSpend(fact)) this.countAdGroup(fact, campaign);
    if (this.credited.length > 0) this.seeCredited(campaign, fact.revision);
    this.quality.accept(fact);
  }

  private count(fact: AdFact, campaign: HotCampaign, at: number, attributed: boolean): boolean {
    if (!count(campaign.slots, at, fact, attributed)) return false;
    if (campaign.change(at)) this.changedRows += 1;
    return true;
  }

  private countAdGroup(fact: AdFact, { adGroups }: HotCampaign): void {
    if (adGroups === undefined) return;
    if (fact.day !== this.day) {
      this.day = fact.day;
      this.dayNumber = dayNumber(fact.day);
    }
    const before = adGroups.size;
    if (adGroups.count(fact, this.dayNumber) && adGroups.change()) this.changedRows += 1;
    if (adGroups.size > before) this.campaigns.grew(1);
  }

  private creditEarlier(fact: AdFact, campaign: HotCampaign, change: AttributionChange): void {
    for (const { valueMicros, day, occurredAtMs } of change.credited) {
      this.campaigns.rowsAt(campaign, day, occurredAtMs);
      for (const at of [OWN_ROW, campaign.dayAt, campaign.hourAt, campaign.minuteAt])
        this.creditRow(campaign, at, fact.revision, valueMicros);
    }
  }

  private creditRow(campaign: HotCampaign, at: number, revision: number, valueMicros: number): void {
    if (revision <= slot(campaign.slots, at + SLOT.revision)) return;
    credit(campaign.slots, at, valueMicros);
    this.credited.push(at);
    if (campaign.change(at)) this.changedRows += 1;
  }

  private seeCredited({ slots }: HotCampaign, revision: number): void {
    for (const at of this.credited) slots[at + SLOT.revision] = revision;
    this.credited.length = 0;
  }
}

function identify(campaign: HotCampaign, fact: AdFact): void {
  if (fact.currency !== undefined) campaign.currency = fact.currency;
  campaign.unregistered = fact.unregistered;
  if (fact.occurredAtMs > campaign.lastOccurredAtMs) campaign.lastOccurredAtMs = fact.occurredAtMs;
  if (fact.receivedAtMs > campaign.lastReceivedAtMs) campaign.lastReceivedAtMs = fact.receivedAtMs;
}

function joined(campaign: HotCampaign, change: AttributionChange): void {
  campaign.clicksJoined += change.clicksJoined;
  campaign.viewsJoined += change.viewsJoined;
  campaign.conversionsByClick += change.byClick;
  campaign.conversionsByView += change.byView;
}

/** A row as it is now. */
export function writeOf({ campaign, kind, period, key }: ChangedRow): RowWrite {
  if (kind === KIND.adGroup) {
    if (campaign.adGroups === undefined)
      throw new Error(`The changed row ${key} was let go before it was written.`);
    return { table: TABLES[kind], key, partition: campaign.partition, ...campaign.adGroups.encode(period) };
  }
  const at = kind === KIND.campaign ? OWN_ROW : campaign.rowAt(kind, period);
  if (at < 0) throw new Error(`The changed row ${key} of ${TABLES[kind]} was let go before it was written.`);
  campaign.written(at);
  const { slots, partition } = campaign;
  const value = kind === KIND.campaign ? encodeCampaign(campaign) : encodeCounters(slots, at);
  return { table: TABLES[kind], key, partition, revision: slot(slots, at + SLOT.revision), value };
}
