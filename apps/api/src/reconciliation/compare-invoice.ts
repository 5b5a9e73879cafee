import type { InvoiceComparisonResponse, ReconciledFigures } from '@flightdeck/contracts';
import type { Total } from '@flightdeck/domain';
import { wholeMicros } from './figures.js';
import type { InvoiceLine } from './invoice.js';

type Day = InvoiceComparisonResponse['days'][number];
type Explanation = Day['explanations'][number];

export interface CompareRequest {
  readonly campaignId: string;
  readonly from: string;
  readonly to: string;
  readonly currency: string | null;
  readonly toleranceMicros: number;
  readonly lines: readonly InvoiceLine[];
  readonly days: readonly { readonly day: string; readonly figures: ReconciledFigures }[];
}

/**
 * Holds a report against what the ledger comes to, day by day, and says what the difference is made of: the fewest of the amounts
 * that the two sides may take differently which come to it exactly (within the tolerance and a micro for each rounded amount).
 */
export function compareInvoice(request: CompareRequest): InvoiceComparisonResponse {
  const { campaignId, from, to, lines } = request;
  const own = lines.filter((line) => (line.campaignId ?? campaignId) === campaignId);
  const inPeriod = own.filter(({ day }) => day >= from && day <= to);
  const byDay = new Map(request.days.map(({ day, figures }) => [day, figures]));
  const names = [...new Set([...inPeriod.map(({ day }) => day), ...byDay.keys()])].sort();
  const days = names.map((day) =>
    dayOf(
      request,
      day,
      inPeriod.filter((line) => line.day === day),
      byDay.get(day),
    ),
  );
  const sum = (of: (day: Day) => number): number => days.reduce((total, day) => total + of(day), 0);
  const byCategory = new Map<Explanation['category'], number>();
  for (const { category, amountMicros } of days.flatMap(({ explanations }) => explanations))
    byCategory.set(category, (byCategory.get(category) ?? 0) + amountMicros);
  return {
    ...{ campaignId, from, to, days },
    reportedMicros: sum((day) => day.reportedMicros),
    netMicros: sum((day) => day.netMicros),
    differenceMicros: sum((day) => day.differenceMicros),
    unexplainedMicros: byCategory.get('unexplained') ?? 0,
    byCategory: [...byCategory].map(([category, amountMicros]) => ({ category, amountMicros })),
    ignoredLines: lines.length - inPeriod.length,
  };
}

function dayOf(
  { currency, toleranceMicros }: CompareRequest,
  day: string,
  lines: readonly InvoiceLine[],
  figures: ReconciledFigures | undefined,
): Day {
  const foreign = lines.filter((line) => (line.currency ?? currency) !== currency);
  const own = lines.filter((line) => !foreign.includes(line));
  const repeated = own.filter((line, i) => own.findIndex(({ text }) => text === line.text) < i);
  const reportedMicros = micros(own);
  const netMicros = figures === undefined ? 0 : wholeMicros(figures.net);
  const differenceMicros = reportedMicros - netMicros;
  const known: Explanation[] = [
    { category: 'duplicate-line', amountMicros: micros(repeated) },
    ...(own.length === 0 && foreign.length === 0
      ? [{ category: 'missing-day' as const, amountMicros: 0 - netMicros }]
      : []),
    ...(foreign.length > 0 ? [{ category: 'other-currency' as const, amountMicros: 0 - netMicros }] : []),
    ...(figures === undefined ? [] : candidates(figures)),
  ];
  return {
    ...{ day, reportedMicros, netMicros, differenceMicros },
    explanations: explain(differenceMicros, known, toleranceMicros),
    counts: {
      impressions: less(own, 'impressions', figures),
      clicks: less(own, 'clicks', figures),
      conversions: less(own, 'conversions', figures),
    },
    quarantined: Object.values(figures?.quarantined ?? {}).reduce((total, records) => total + records, 0),
  };
}

/** What the other side may count although we do not, or the other way round. */
function candidates(figures: ReconciledFigures): Explanation[] {
  const of = (category: Explanation['category'], sign: 1 | -1, amount: Total): Explanation => ({
    category,
    amountMicros: sign * wholeMicros(amount),
  });
  return [
    of('general-invalid', 1, figures.general.amount),
    of('sophisticated-invalid', 1, figures.sophisticated.amount),
    of('adjustments', -1, figures.adjustments.amount),
    of('late-in', -1, figures.lateIn.amount),
    of('late-out', 1, figures.lateOut.amount),
    ...(figures.duplicates === undefined ? [] : [of('duplicates', 1, figures.duplicates.amount)]),
  ];
}

/** The fewest amounts that come to the difference; when none do, all of it is unexplained. */
function explain(
  differenceMicros: number,
  known: readonly Explanation[],
  toleranceMicros: number,
): Explanation[] {
  const some = known.filter(({ amountMicros }) => amountMicros !== 0);
  const rest = (chosen: readonly Explanation[]): number =>
    chosen.reduce((left, { amountMicros }) => left - amountMicros, differenceMicros);
  const subsets = Array.from({ length: 2 ** some.length }, (_, bits) =>
    some.filter((_one, i) => (bits & (1 << i)) !== 0),
  ).sort((a, b) => a.length - b.length);
  const fit = subsets.find((chosen) => Math.abs(rest(chosen)) <= toleranceMicros + chosen.length);
  if (fit !== undefined) return [...fit];
  return [{ category: 'unexplained', amountMicros: differenceMicros }];
}

function micros(lines: readonly InvoiceLine[]): number {
  return lines.reduce((total, line) => total + line.micros, 0);
}

function less(
  lines: readonly InvoiceLine[],
  name: 'impressions' | 'clicks' | 'conversions',
  figures: ReconciledFigures | undefined,
): number | null {
  const said = lines.flatMap((line) => line[name] ?? []);
  return said.length === 0 ? null : said.reduce((a, b) => a + b, 0) - (figures?.[name] ?? 0);
}
