import {
  decodeJson,
  type FilteredDuplicates,
  type ReconciledFigures,
  type RecordQuarantined,
} from '@flightdeck/contracts';
import { accumulator, addTotalInto, dayOf, type Total } from '@flightdeck/domain';
import type { AdFact, LedgerEvent } from '@flightdeck/read-models';

/** An amount and how many events made it. */
class Amount {
  events = 0;
  readonly sum = accumulator();

  add(cost: Total, events = 1): void {
    this.events += events;
    addTotalInto(this.sum, cost);
  }

  told(): { events: number; amount: { micros: number; nanos: number } } {
    return { events: this.events, amount: money(this.sum) };
  }
}

/** What reconciliation adds up of one day or one period. Exact, and the same in any order. */
export class FiguresSum {
  private readonly gross = accumulator();
  private readonly net = accumulator();
  private readonly amounts = {
    ...{ general: new Amount(), sophisticated: new Amount(), adjustments: new Amount() },
    ...{ lateIn: new Amount(), lateOut: new Amount() },
    duplicates: new Amount(),
  };
  private readonly byReason = new Map<string, Amount>();
  private readonly quarantined = new Map<string, number>();
  private readonly counts = { events: 0, impressions: 0, clicks: 0, conversions: 0 };

  /** An event that is booked in the period. */
  take(fact: AdFact, stored: LedgerEvent): void {
    this.counts.events += 1;
    const { cost, type, ivt } = fact;
    if (type === 'adjustment') {
      this.adjust(cost, decodeJson<{ readonly reason: string }>(stored.data).reason);
    } else {
      addTotalInto(this.gross, cost);
      if (ivt === undefined) addTotalInto(this.net, cost);
      else this.amounts[ivt === 'givt' ? 'general' : 'sophisticated'].add(cost);
    }
    if (fact.late) this.amounts.lateIn.add(cost);
    if (ivt !== undefined) return;
    if (type === 'impression') this.counts.impressions += 1;
    else if (type === 'click') this.counts.clicks += 1;
    else if (type === 'conversion') this.counts.conversions += 1;
  }

  /** An event that occurred in the period and is booked after it. */
  takeLateOut({ cost }: AdFact): void {
    this.amounts.lateOut.add(cost);
  }

  /** Deliveries that were left out because their events were there. */
  takeDuplicates({ amount, events }: FilteredDuplicates): void {
    this.amounts.duplicates.add(amount, events);
  }

  takeQuarantined(reason: string): void {
    this.quarantined.set(reason, (this.quarantined.get(reason) ?? 0) + 1);
  }

  told(): ReconciledFigures {
    const { general, sophisticated, adjustments, lateIn, lateOut, duplicates } = this.amounts;
    return {
      gross: money(this.gross),
      general: general.told(),
      sophisticated: sophisticated.told(),
      adjustments: { ...adjustments.told(), byReason: sorted(this.byReason, (one) => one.told()) },
      net: money(this.net),
      ...{ lateIn: lateIn.told(), lateOut: lateOut.told() },
      duplicates: duplicates.told(),
      quarantined: sorted(this.quarantined, (records) => records),
      idConflicts: this.quarantined.get('id-conflict') ?? 0,
      ...this.counts,
    };
  }

  private adjust(cost: Total, reason: string): void {
    addTotalInto(this.net, cost);
    this.amounts.adjustments.add(cost);
    let own = this.byReason.get(reason);
    if (own === undefined) this.byReason.set(reason, (own = new Amount()));
    own.add(cost);
  }
}

/** The campaign's day on which a refused record says that it occurred; undefined for another campaign's, or one that does not say. */
export function dayOfRefused(
  { bytesBase64, truncated }: RecordQuarantined,
  campaignId: string,
  timezone: string,
): string | undefined {
  if (truncated) return undefined;
  try {
    const record: unknown = JSON.parse(Buffer.from(bytesBase64, 'base64').toString());
    if (typeof record !== 'object' || record === null) return undefined;
    const { campaignId: of, occurredAt } = record as Readonly<Record<string, unknown>>;
    const atMs = typeof occurredAt === 'string' ? Date.parse(occurredAt) : Number.NaN;
    return of === campaignId && Number.isFinite(atMs) ? dayOf(timezone, atMs) : undefined;
  } catch {
    return undefined; // it was refused because it is no JSON: nobody can say whose it is
  }
}

/** To whole micros, half up. */
export function wholeMicros({ micros, nanos }: Total): number {
  return nanos >= HALF_NANOS ? micros + 1 : micros;
}

const HALF_NANOS = 500;

function money({ micros, nanos }: Total): { micros: number; nanos: number } {
  return { micros, nanos };
}

function sorted<V, T>(map: ReadonlyMap<string, V>, told: (value: V) => T): Record<string, T> {
  const entries = [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, value]) => [name, told(value)]));
}
