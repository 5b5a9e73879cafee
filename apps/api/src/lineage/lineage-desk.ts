import {
  decodeJson,
  type EventRefResponse,
  type LineageFigure,
  type LineageQuery,
  type LineageResponse,
} from '@flightdeck/contracts';
import { dayOf, formatInstant, type Counters } from '@flightdeck/domain';
import { historyOf } from '@flightdeck/ledger';
import { ProblemException, type Clock } from '@flightdeck/platform';
import { addEvents, type AdFact, type LedgerEvent, type ReadModels } from '@flightdeck/read-models';
import type { Moments } from '../as-of/moments.js';
import type { Scans } from '../as-of/scans.js';
import type { CampaignReader } from '../campaigns/campaign-reader.js';

/** A number of a campaign, and which events are in it. */
interface Figure {
  readonly counters: Counters;
  readonly range: { readonly stream: string; readonly fromRevision: number; readonly toRevision: number };
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly belongs: (fact: AdFact) => boolean;
}

/** Answers what a number was made of: exactly its events, which it adds again. */
export class LineageDesk {
  constructor(
    private readonly readModels: ReadModels,
    private readonly campaigns: CampaignReader,
    private readonly moments: Moments,
    private readonly scans: Scans,
    private readonly clock: Clock,
  ) {}

  async of(campaignId: string, query: LineageQuery, signal: AbortSignal): Promise<LineageResponse> {
    const { start, step, after, limit } = query;
    const figure =
      start === undefined
        ? await this.total(campaignId)
        : await this.point(campaignId, Date.parse(start), step);
    const { range, startMs, endMs } = figure;
    const events: LineageResponse['events'] = [];
    const from = {
      ...{ campaignId, stream: range.stream, belongs: figure.belongs },
      range: { from: range.fromRevision, to: range.toRevision },
    };
    const see = (stored: LedgerEvent, fact: AdFact): void => {
      if (stored.revision <= after) return;
      if (events.length <= limit) events.push(eventOf(stored, fact)); // one more than asked for tells that there are more
    };
    const sum = await this.scans.run(() => addEvents(historyOf(this.moments.store), from, see, signal));
    const told = events.slice(0, limit);
    const shown = figureOf(figure.counters);
    const added = figureOf(sum.counters);
    return {
      ...{ campaignId, range, shown, added, events: told },
      start: startMs === null ? null : formatInstant(startMs),
      end: endMs === null ? null : formatInstant(endMs),
      agrees: JSON.stringify(shown) === JSON.stringify(added),
      next: events.length > told.length ? (told.at(-1)?.revision ?? null) : null,
    };
  }

  private async total(campaignId: string): Promise<Figure> {
    const nowMs = this.clock();
    const [figures] = await this.readModels.figures([{ campaignId, day: dayOf('UTC', nowMs) }], nowMs);
    if (figures === undefined) throw nothing();
    const { stream, revision } = figures.position;
    return {
      counters: figures.lifetime,
      range: { stream, fromRevision: 0, toRevision: revision },
      ...{ startMs: null, endMs: null, belongs: () => true },
    };
  }

  private async point(campaignId: string, startMs: number, step: LineageQuery['step']): Promise<Figure> {
    const timezone = (await this.campaigns.current(campaignId))?.campaign.timezone ?? 'UTC';
    const query = { campaignId, fromMs: startMs, toMs: startMs + 1, step, timezone };
    const [point] = await this.readModels.series(query);
    if (point === undefined) throw nothing();
    const { counters, range, endMs } = point;
    const day = dayOf(timezone, point.startMs);
    const belongs = (fact: AdFact): boolean =>
      step === '1d'
        ? fact.day === day
        : fact.occurredAtMs >= point.startMs && fact.occurredAtMs < point.endMs;
    return { counters, range, startMs: point.startMs, endMs, belongs };
  }
}

function nothing(): ProblemException {
  return new ProblemException(404, 'no-such-number', 'The campaign has no events there.');
}

function eventOf(stored: LedgerEvent, fact: AdFact): LineageResponse['events'][number] {
  const { stream, revision, id, type, recordedAtMs } = stored;
  const { eventId } = decodeJson<{ readonly eventId: string }>(stored.data);
  const cost = { micros: fact.cost.micros, nanos: fact.cost.nanos };
  const isAdjustment = fact.type === 'adjustment';
  const told: EventRefResponse = {
    ...{ stream, revision, id, eventId, type },
    occurredAt: formatInstant(fact.occurredAtMs),
    recordedAt: formatInstant(recordedAtMs),
  };
  return {
    ...told,
    gross: isAdjustment ? NOTHING : cost,
    net: fact.ivt === undefined || isAdjustment ? cost : NOTHING,
  };
}

const NOTHING = { micros: 0, nanos: 0 };

function figureOf(counters: Counters): LineageFigure {
  const { impressions, views, clicks, conversions, events, givt, sivt, gross, net } = counters;
  return {
    ...{ impressions, views, clicks, conversions, events, givt, sivt },
    gross: { micros: gross.micros, nanos: gross.nanos },
    net: { micros: net.micros, nanos: net.nanos },
  };
}
