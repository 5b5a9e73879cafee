import type { CampaignFigures, Counters, QuarantineReason, Total } from '@flightdeck/domain';

export type Step = '1m' | '5m' | '1h' | '1d';

/** One point of a series. `range` names the ledger revisions (inclusive) of the events in it. */
export interface MetricPoint {
  readonly startMs: number;
  readonly endMs: number;
  readonly counters: Counters;
  readonly range: { readonly stream: string; readonly fromRevision: number; readonly toRevision: number };
}

export interface SeriesQuery {
  readonly campaignId: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly step: Step;
  /** IANA zone of the campaign: where the days of `1d` begin and end. UTC when absent. */
  readonly timezone?: string;
}

/** Clicks and conversions joined to what caused them, whichever came first. */
export interface Funnel {
  readonly impressions: number;
  readonly views: number;
  readonly clicks: number;
  readonly conversions: number;
  /** Clicks whose impression is known; views likewise; conversions credited to a click, and to a view. */
  readonly clicksJoined: number;
  readonly viewsJoined: number;
  readonly conversionsByClick: number;
  readonly conversionsByView: number;
}

/** What became of everything that arrived, and how fresh each source is. */
export interface DataQuality {
  readonly partitions: readonly {
    readonly partition: number;
    readonly revision: number;
    readonly accepted: number;
    readonly late: number;
    readonly unregistered: number;
    readonly quarantined: Readonly<Partial<Record<QuarantineReason, number>>>;
  }[];
  readonly sources: readonly {
    readonly source: string;
    /** Everything this source told of before this moment (minus its allowed disorder) has very likely arrived. */
    readonly watermarkMs: number;
    readonly lastReceivedAtMs: number;
    readonly events: number;
  }[];
}

export interface QuarantinedRecord {
  /** UUID of the quarantine event. */
  readonly id: string;
  readonly partition: number;
  readonly reason: QuarantineReason;
  readonly detail: string;
  readonly source: string;
  readonly receivedAt: string;
  /** Base64 of the record's bytes, at most 64 KiB of them. */
  readonly bytesBase64: string;
  readonly truncated: boolean;
  readonly state: 'open' | 'redriven';
}

/** Whose figures are asked for, and of which local day. */
export interface FiguresRequest {
  readonly campaignId: string;
  readonly day: string;
  /** What each ad group has spent is told too. */
  readonly adGroups?: boolean;
}

export type SpentRequest = Pick<FiguresRequest, 'campaignId' | 'day'>;

/** Net spend of a campaign. */
export interface Spent {
  readonly today: Total;
  readonly lifetime: Total;
}

/** A committed batch of folds, in ledger order. */
export interface ReadModelChange {
  /** Place of the batch's end in the ledger's global order; fits an SSE id. */
  readonly checkpoint: string;
  readonly campaignIds: readonly string[];
}

/** Reads of the projections; every answer carries the ledger position up to which it has folded. */
export interface ReadModels {
  /** One answer per request, in order; undefined for a campaign without any event. `nowMs` places the recent windows. */
  figures(
    requests: readonly FiguresRequest[],
    nowMs: number,
  ): Promise<readonly (CampaignFigures | undefined)[]>;
  /** One answer per request, in order, all at one moment of the fold: of campaigns that are to be added up. Cheaper than their figures. */
  spent(requests: readonly SpentRequest[]): Promise<readonly (Spent | undefined)[]>;
  /** Points in time order, empty spans left out; at most {@link SERIES_POINTS_MAX}. @throws {SeriesTooLong} */
  series(query: SeriesQuery): Promise<readonly MetricPoint[]>;
  funnel(campaignId: string): Promise<Funnel | undefined>;
  /** Ids of every campaign that has events, registered or not, in order, after `after`. */
  campaignIds(after: string | undefined, max: number): Promise<readonly string[]>;
  quality(): Promise<DataQuality>;
  /** Newest first. `cursor` is what the last answer's `next` said. */
  quarantined(query: {
    readonly state?: 'open' | 'redriven';
    readonly reason?: QuarantineReason;
    readonly cursor?: string;
    readonly max: number;
  }): Promise<{ readonly items: readonly QuarantinedRecord[]; readonly next: string | null }>;
  quarantinedById(id: string): Promise<QuarantinedRecord | undefined>;
  /** How far the fold has come; `caughtUp` once it has seen everything that was stored when it looked. */
  progress(): { readonly checkpoint: string; readonly caughtUp: boolean };
  /** Commits from now on. Changes to the same campaign coalesce when the reader is slow, so memory stays bounded. */
  changes(signal: AbortSignal): AsyncIterable<ReadModelChange>;
}

export const SERIES_POINTS_MAX = 10_000;

/** A series was asked for that has more points than are told at once. */
export class SeriesTooLong extends Error {
  override readonly name = 'SeriesTooLong';
}

/** Nest injection token of the process's read models. */
export const READ_MODELS = Symbol('ReadModels');
