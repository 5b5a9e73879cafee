import {
  decodeJson,
  encodeJson,
  PERIOD_CLOSED,
  STREAM,
  uuidBytes,
  uuidv5,
  type ClosedPeriodResponse,
  type CompareInvoiceRequest,
  type InvoiceComparisonResponse,
  type PeriodClosed,
  type PeriodQuery,
  type ReconciliationResponse,
} from '@flightdeck/contracts';
import { dayBounds, formatInstant, HOUR_MS } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { historyOf, readStream } from '@flightdeck/ledger';
import { ProblemException, type Clock } from '@flightdeck/platform';
import type { Moments } from '../as-of/moments.js';
import type { Scans } from '../as-of/scans.js';
import type { CampaignReader } from '../campaigns/campaign-reader.js';
import { compareInvoice } from './compare-invoice.js';
import { invoiceLines } from './invoice.js';
import { digestOfFigures, reconcile } from './reconcile.js';

/** How long after its end a day stays open for late events (domain.md §5); ingestion books what comes later on a later day. */
const LATE_GRACE_MS = 48 * HOUR_MS;
/** What was received in time may still be on its way into the ledger. */
const ON_ITS_WAY_MS = HOUR_MS;
const APPENDS_MAX = 5;
/** Namespace of the ids of closed periods. Fixed for ever. */
const NAMESPACE = uuidBytes('5b0c6d0e-3f53-5f0a-8a39-0f9f4b1f3b52');

interface Kept {
  readonly data: PeriodClosed;
  readonly revision: number;
}

/** Adds periods up from the ledger, holds reports against them, and closes them. */
export class ReconciliationDesk {
  constructor(
    private readonly store: EventStore,
    private readonly campaigns: CampaignReader,
    private readonly moments: Moments,
    private readonly scans: Scans,
    private readonly clock: Clock,
  ) {}

  async of(
    campaignId: string,
    { from, to }: PeriodQuery,
    signal: AbortSignal,
  ): Promise<ReconciliationResponse> {
    const { moments } = this;
    const ads = moments.ads(campaignId);
    const quarantine = moments.quarantine(campaignId);
    const duplicates = moments.duplicates(campaignId);
    const entry = await this.campaigns.current(campaignId);
    const toRevision = await moments.head(ads);
    const request = {
      ...{ history: historyOf(this.store), campaignId, from, to },
      timezone: entry?.campaign.timezone ?? 'UTC',
      ads: { stream: ads, to: toRevision },
      quarantine: { stream: quarantine, to: await moments.head(quarantine) },
      duplicates: { stream: duplicates, to: await moments.head(duplicates) },
    };
    const { figures, days, currency } = await this.scans.run(() => reconcile(request, signal));
    const closed = (await this.kept(campaignId)).some(({ data }) => data.from <= from && data.to >= to);
    return {
      ...{ campaignId, from, to, figures, days: [...days], closed },
      currency: entry?.campaign.currency ?? currency,
      range: { stream: ads, toRevision },
      digest: digestOfFigures({ campaignId, from, to }, figures),
    };
  }

  async compare(
    campaignId: string,
    { csv, currency, toleranceMicros, ...period }: CompareInvoiceRequest,
    signal: AbortSignal,
  ): Promise<InvoiceComparisonResponse> {
    const lines = invoiceLines(csv).map((line) => ({ ...line, currency: line.currency ?? currency }));
    const own = await this.of(campaignId, period, signal);
    return compareInvoice({
      ...period,
      campaignId,
      currency: own.currency,
      toleranceMicros,
      lines,
      days: own.days,
    });
  }

  /** Closes a period, or says how it was closed. @throws {ProblemException} 409 while it is open for late events, or when it overlaps a closed one. */
  async close(
    campaignId: string,
    period: PeriodQuery,
    actor: string,
    signal: AbortSignal,
  ): Promise<ClosedPeriodResponse> {
    const timezone = (await this.campaigns.current(campaignId))?.campaign.timezone ?? 'UTC';
    const opensMs = dayBounds(timezone, period.to).endMs + LATE_GRACE_MS + ON_ITS_WAY_MS;
    if (this.clock() < opensMs)
      throw new ProblemException(
        409,
        'period-still-open',
        `Late events may still come into it until ${formatInstant(opensMs)}.`,
      );
    for (let attempt = 1; attempt <= APPENDS_MAX; attempt++) {
      const kept = await this.kept(campaignId);
      const same = kept.find(({ data }) => data.from === period.from && data.to === period.to);
      if (same !== undefined) return closedResponse(same, null);
      if (kept.some(({ data }) => data.from <= period.to && data.to >= period.from))
        throw new ProblemException(
          409,
          'period-overlaps',
          'Some of its days are in a period that is closed.',
        );
      const { figures, digest, range } = await this.of(campaignId, period, signal);
      const { stream, toRevision } = range;
      const at = formatInstant(this.clock());
      const { from, to } = period;
      const data: PeriodClosed = {
        ...{ campaignId, from, to, timezone, figures, digest, stream, toRevision, actor, at },
      };
      const event = {
        id: uuidv5(NAMESPACE, `${campaignId} ${from} ${to}`),
        ...{ type: PERIOD_CLOSED, data: encodeJson(data), metadata: encodeJson({ actor }) },
      };
      const expected = kept.at(-1)?.revision ?? 'no-stream';
      const appended = await this.store.append(STREAM.period(campaignId), [event], expected);
      if (appended.ok) return closedResponse({ data, revision: kept.length }, true);
    }
    throw new ProblemException(409, 'busy', 'Others close periods of this campaign; try again.');
  }

  /** The closed periods, each added up again: what is closed must not change. */
  async closed(campaignId: string, signal: AbortSignal): Promise<readonly ClosedPeriodResponse[]> {
    const told: ClosedPeriodResponse[] = [];
    for (const one of await this.kept(campaignId)) {
      const { digest } = await this.of(campaignId, one.data, signal);
      told.push(closedResponse(one, digest === one.data.digest));
    }
    return told;
  }

  private async kept(campaignId: string): Promise<readonly Kept[]> {
    const kept: Kept[] = [];
    for await (const page of readStream(this.store, STREAM.period(campaignId), 0))
      for (const { type, data, revision } of page)
        if (type === PERIOD_CLOSED) kept.push({ data: decodeJson<PeriodClosed>(data), revision });
    return kept;
  }
}

function closedResponse({ data, revision }: Kept, holds: boolean | null): ClosedPeriodResponse {
  const { campaignId, from, to, at, actor, figures, digest, stream, toRevision } = data;
  return {
    ...{ campaignId, from, to, closedAt: at, closedBy: actor, figures, digest, revision, holds },
    range: { stream, toRevision },
  };
}
