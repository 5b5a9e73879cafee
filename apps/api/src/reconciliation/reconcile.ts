import {
  decodeJson,
  DUPLICATES_FILTERED,
  type DuplicatesFiltered,
  type FilteredDuplicates,
  type ReconciledFigures,
  type RecordQuarantined,
} from '@flightdeck/contracts';
import type { LedgerHistory } from '@flightdeck/ledger';
import { CampaignEventReader } from '@flightdeck/read-models';
import { createHash } from 'node:crypto';
import { dayOfRefused, FiguresSum } from './figures.js';

export interface ReconcileRequest {
  readonly history: LedgerHistory;
  readonly campaignId: string;
  readonly timezone: string;
  /** Streams of the campaign's partition, and their last events to look at. */
  readonly ads: { readonly stream: string; readonly to: number };
  readonly quarantine: { readonly stream: string; readonly to: number };
  readonly duplicates: { readonly stream: string; readonly to: number };
  /** Local days of the campaign, both inclusive. */
  readonly from: string;
  readonly to: string;
}

export interface Reconciled {
  readonly figures: ReconciledFigures;
  readonly days: readonly { readonly day: string; readonly figures: ReconciledFigures }[];
  readonly currency: string | null;
}

/** Adds a period up from the ledger alone, without any read model. @throws when `signal` aborts. */
export async function reconcile(request: ReconcileRequest, signal: AbortSignal): Promise<Reconciled> {
  const { history, campaignId, ads, from, to } = request;
  const whole = new FiguresSum();
  const byDay = new Map<string, FiguresSum>();
  const dayOf = (day: string): FiguresSum => {
    let sum = byDay.get(day);
    if (sum === undefined) byDay.set(day, (sum = new FiguresSum()));
    return sum;
  };
  const isIn = (day: string): boolean => day >= from && day <= to;
  const reader = new CampaignEventReader(campaignId);
  let currency: string | null = null;
  for await (const batch of history.read(ads.stream, { from: 0, to: ads.to }, signal)) {
    for (const stored of batch) {
      const fact = reader.read(stored);
      if (fact === undefined) continue;
      currency ??= fact.currency ?? null;
      if (isIn(fact.day)) {
        whole.take(fact, stored);
        dayOf(fact.day).take(fact, stored);
      }
      if (!fact.late) continue;
      const occurred = lateFor(stored.data);
      if (occurred === undefined || !isIn(occurred)) continue;
      dayOf(occurred).takeLateOut(fact);
      if (!isIn(fact.day)) whole.takeLateOut(fact);
    }
    await new Promise(setImmediate); // others have their turn
  }
  await refused(request, signal, (day, reason) => {
    whole.takeQuarantined(reason);
    dayOf(day).takeQuarantined(reason);
  });
  await leftOut(request, signal, (duplicates) => {
    whole.takeDuplicates(duplicates);
    dayOf(duplicates.day).takeDuplicates(duplicates);
  });
  signal.throwIfAborted();
  const days = [...byDay].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...{ figures: whole.told(), currency },
    days: days.map(([day, sum]) => ({ day, figures: sum.told() })),
  };
}

/**
 * Hex SHA-256 of what is booked in a period: its JSON with its members in the order of the contract. What comes after the close, or
 * is refused, is told beside it and is not in it.
 */
export function digestOfFigures(
  period: { readonly campaignId: string; readonly from: string; readonly to: string },
  figures: ReconciledFigures,
): string {
  const { campaignId, from, to } = period;
  const {
    lateOut: _late,
    quarantined: _refused,
    idConflicts: _conflicts,
    duplicates: _twice,
    ...booked
  } = figures;
  return createHash('sha256')
    .update(JSON.stringify([campaignId, from, to, booked]))
    .digest('hex');
}

async function refused(
  { history, campaignId, timezone, quarantine, from, to }: ReconcileRequest,
  signal: AbortSignal,
  take: (day: string, reason: string) => void,
): Promise<void> {
  const range = { from: 0, to: quarantine.to };
  for await (const batch of history.read(quarantine.stream, range, signal)) {
    for (const { type, data } of batch) {
      if (type !== 'RecordQuarantined') continue;
      const record = decodeJson<RecordQuarantined>(data);
      const day = dayOfRefused(record, campaignId, timezone);
      if (day !== undefined && day >= from && day <= to) take(day, record.reason);
    }
    await new Promise(setImmediate); // others have their turn
  }
}

async function leftOut(
  { history, campaignId, duplicates, from, to }: ReconcileRequest,
  signal: AbortSignal,
  take: (duplicates: FilteredDuplicates) => void,
): Promise<void> {
  for await (const batch of history.read(duplicates.stream, { from: 0, to: duplicates.to }, signal)) {
    for (const { type, data } of batch) {
      if (type !== DUPLICATES_FILTERED) continue;
      for (const row of decodeJson<DuplicatesFiltered>(data).rows)
        if (row.campaignId === campaignId && row.day >= from && row.day <= to) take(row);
    }
    await new Promise(setImmediate); // others have their turn
  }
}

function lateFor(data: Uint8Array): string | undefined {
  return decodeJson<{ readonly enriched?: { readonly lateFor?: string } }>(data).enriched?.lateFor;
}
