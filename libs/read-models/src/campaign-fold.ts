import type { AdFact } from './ad-fact/ad-fact.js';
import { Attribution, type AttributionChange } from './attribution/attribution.js';
import { count, credit } from './projections/counter-row.js';
import { DataQualityFold } from './projections/data-quality.js';
import { type CampaignRows, type HotCampaign, HotCampaigns } from './projections/hot-campaigns.js';
import { CAMPAIGN_TABLE, type CampaignRow, type HotRow } from './projections/hot-row.js';
import { encodeCampaign, encodeCounters } from './projections/row-codec.js';
import type { ReadModelStore, RowWrite } from './read-model-store.js';

/**
 * What a commit has to write. Rows may be written one by one and later than they were taken, as they are by then: a row that
 * is ahead of the checkpoint skips what it has seen. The attribution state knows no such thing and goes with the checkpoint
 * that was current when it was taken.
 */
export interface CampaignChanges {
  /** In the order in which they may be written; each by {@link writeOf}. */
  readonly rows: readonly HotRow[];
  readonly attribution: readonly RowWrite[];
  /** To be handed to {@link HotCampaigns.committed}. */
  readonly campaigns: readonly HotCampaign[];
}

/** Folds ad facts into every projection of them, in memory; what changed is handed out to be committed. */
export class CampaignFold {
  readonly campaigns: HotCampaigns;
  private readonly attribution = new Attribution();
  private readonly dirtyCampaigns: CampaignRow[] = [];
  private readonly dirty: HotRow[] = [];
  /** By the place of the fact in its batch. */
  private readonly campaignOf: HotCampaign[] = [];
  private readonly rowsOf: CampaignRows[] = [];
  private touched: HotCampaign[] = [];
  /** Rows credited by the event in hand. They have seen it only once its own count is done, for it may be the same row. */
  private readonly credited: HotRow[] = [];

  constructor(
    private readonly store: ReadModelStore,
    private readonly quality: DataQualityFold,
    rowsMax?: number,
  ) {
    this.campaigns = new HotCampaigns(store, rowsMax);
  }

  /** Rows waiting to be committed. */
  get dirtyRows(): number {
    return this.dirtyCampaigns.length + this.dirty.length;
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
      const rows = this.rowsOf[i];
      if (fact !== undefined && campaign !== undefined && rows !== undefined)
        this.foldOne(fact, campaign, rows);
    }
    this.campaigns.assertFilled();
    return this.touched;
  }

  /** Everything that changed since the last time, to be committed: see {@link CampaignChanges}. */
  takeChanges(): CampaignChanges {
    // A campaign that is not in the store is taken to have nothing there, so its own row goes first.
    // By key, neighbours share pages of the store, and each page is written once.
    const rows = [...this.dirtyCampaigns.splice(0).sort(byKey), ...this.dirty.splice(0).sort(byKey)];
    return { rows, attribution: this.attribution.takeWrites(), campaigns: this.campaigns.takeChanged() };
  }

  /** Forgets what is in memory and starts from what was committed. */
  async load(): Promise<void> {
    this.dirtyCampaigns.length = 0;
    this.dirty.length = 0;
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
      this.rowsOf[i] = this.campaigns.rowsAt(campaign, fact.day, fact.occurredAtMs);
      for (const { day, occurredAtMs } of this.attribution.announce(fact)) {
        this.campaigns.rowsAt(campaign, day, occurredAtMs);
      }
    }
  }

  private foldOne(fact: AdFact, campaign: HotCampaign, rows: CampaignRows): void {
    const change = this.attribution.fold(fact);
    if (change.credited.length > 0) this.creditEarlier(fact, campaign, change);
    if (count(campaign.row, fact, change.attributed)) {
      identify(campaign.row, fact);
      joined(campaign.row, change);
      this.campaignChanged(campaign.row);
    }
    if (count(rows.dayRow, fact, change.attributed)) this.changed(rows.dayRow);
    if (count(rows.hourRow, fact, change.attributed)) this.changed(rows.hourRow);
    if (count(rows.minuteRow, fact, change.attributed)) this.changed(rows.minuteRow);
    if (this.credited.length > 0) this.seeCredited(fact.revision);
    this.quality.accept(fact);
  }

  private creditEarlier(fact: AdFact, campaign: HotCampaign, change: AttributionChange): void {
    for (const conversion of change.credited) {
      const { valueMicros, day, occurredAtMs } = conversion;
      const { dayRow, hourRow, minuteRow } = this.campaigns.rowsAt(campaign, day, occurredAtMs);
      if (this.creditRow(campaign.row, fact.revision, valueMicros)) this.campaignChanged(campaign.row);
      for (const row of [dayRow, hourRow, minuteRow]) {
        if (this.creditRow(row, fact.revision, valueMicros)) this.changed(row);
      }
    }
  }

  private creditRow(row: HotRow, revision: number, valueMicros: number): boolean {
    if (revision <= row.revision) return false;
    credit(row, valueMicros);
    this.credited.push(row);
    return true;
  }

  private seeCredited(revision: number): void {
    for (const row of this.credited) row.revision = revision;
    this.credited.length = 0;
  }

  private changed(row: HotRow): void {
    if (row.dirty) return;
    row.dirty = true;
    this.dirty.push(row);
  }

  private campaignChanged(row: CampaignRow): void {
    if (row.dirty) return;
    row.dirty = true;
    this.dirtyCampaigns.push(row);
  }
}

function identify(row: CampaignRow, fact: AdFact): void {
  if (fact.currency !== undefined) row.currency = fact.currency;
  row.unregistered = fact.unregistered;
  if (fact.occurredAtMs > row.lastOccurredAtMs) row.lastOccurredAtMs = fact.occurredAtMs;
  if (fact.receivedAtMs > row.lastReceivedAtMs) row.lastReceivedAtMs = fact.receivedAtMs;
}

function joined(row: CampaignRow, change: AttributionChange): void {
  row.clicksJoined += change.clicksJoined;
  row.viewsJoined += change.viewsJoined;
  row.conversionsByClick += change.byClick;
  row.conversionsByView += change.byView;
}

function byKey(a: HotRow, b: HotRow): number {
  if (a.table !== b.table) return a.table < b.table ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

/** A row as it is now. */
export function writeOf(row: HotRow): RowWrite {
  row.dirty = false;
  const { table, key, partition, revision } = row;
  return {
    table,
    key,
    partition,
    revision,
    value: isCampaign(row) ? encodeCampaign(row) : encodeCounters(row),
  };
}

function isCampaign(row: HotRow): row is CampaignRow {
  return row.table === CAMPAIGN_TABLE;
}
