import type { InvoiceComparison, ReconciledFigures, Reconciliation } from '../../../api/generated/types.gen';
import { csvOf } from '../../../files/csv';

interface Money {
  readonly micros: number;
  readonly nanos: number;
}

/** A line of a statement. */
export interface StatementLine {
  readonly name: string;
  readonly meaning: string;
  readonly events: number | null;
  readonly amount: Money | null;
  /** How it goes into the net: 1 adds, -1 takes away, 0 is told beside it, `net` is the sum. */
  readonly part: 1 | -1 | 0 | 'net';
}

/** What a period is made of, from gross to net, and what stands beside it. */
export function statementOf(figures: ReconciledFigures): readonly StatementLine[] {
  const {
    gross,
    general,
    sophisticated,
    adjustments,
    net,
    lateIn,
    lateOut,
    quarantined,
    duplicates,
    events,
  } = figures;
  const refused = Object.values(quarantined).reduce((sum, records) => sum + records, 0);
  return [
    { name: 'Gross', meaning: 'everything that cost', events, amount: gross, part: 1 },
    { name: 'General invalid', meaning: 'bots that say so: GIVT', ...general, part: -1 },
    { name: 'Sophisticated invalid', meaning: 'SIVT', ...sophisticated, part: -1 },
    {
      ...{ name: 'Adjustments', meaning: reasonsOf(adjustments.byReason) },
      ...{ events: adjustments.events, amount: adjustments.amount, part: 1 as const },
    },
    { name: 'Net', meaning: 'what is billed', events: null, amount: net, part: 'net' },
    { name: 'Late, booked here', meaning: 'of days that were over', ...lateIn, part: 0 },
    { name: 'Late, booked later', meaning: 'occurred here', ...lateOut, part: 0 },
    { name: 'Quarantined', meaning: countsOf(quarantined), events: refused, amount: null, part: 0 },
    ...(duplicates === undefined
      ? []
      : [
          {
            name: 'Sent twice',
            meaning: 'left out; what they would have added',
            ...duplicates,
            part: 0 as const,
          },
        ]),
    {
      ...{ name: 'Id conflicts', meaning: 'another event has their id', amount: null, part: 0 as const },
      events: figures.idConflicts,
    },
  ];
}

/** In nanos, exactly: whether gross, invalid traffic and adjustments come to the net. */
export function addsUp(figures: ReconciledFigures): boolean {
  let sum = 0n;
  for (const { amount, part } of statementOf(figures))
    if (amount !== null && part !== 'net') sum += BigInt(part) * nanosOf(amount);
  return sum === nanosOf(figures.net);
}

function nanosOf({ micros, nanos }: Money): bigint {
  return BigInt(micros) * 1_000n + BigInt(nanos);
}

function reasonsOf(byReason: ReconciledFigures['adjustments']['byReason']): string {
  return Object.entries(byReason)
    .map(([reason, { events }]) => `${reason} ${events}`)
    .join(', ');
}

function countsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, records]) => `${reason} ${records}`)
    .join(', ');
}

/** What the categories of a difference mean. */
export const CATEGORIES: Readonly<Record<InvoiceComparison['byCategory'][number]['category'], string>> = {
  'general-invalid': 'General invalid traffic, which they bill',
  'sophisticated-invalid': 'Sophisticated invalid traffic, which they bill',
  adjustments: 'Adjustments that they have not made',
  'late-in': 'Late events that they book elsewhere',
  'late-out': 'Late events that we booked later',
  duplicates: 'Deliveries that they count twice',
  'duplicate-line': 'Lines that stand there twice',
  'other-currency': 'Another currency',
  'missing-day': 'Days that they leave out',
  unexplained: 'Unexplained',
};

/** The days as they would be sent to the other side: amounts in micros, so that nothing is rounded on the way. */
export function reportCsv({ campaignId, currency, days }: Reconciliation): string {
  return csvOf(
    ['day', 'campaignId', 'currency', 'amountMicros', 'impressions', 'clicks', 'conversions'],
    days.map(({ day, figures }) => [
      ...[day, campaignId, currency, wholeMicros(figures.net)],
      ...[figures.impressions, figures.clicks, figures.conversions],
    ]),
  );
}

const HALF_NANOS = 500;

/** To whole micros, half up: as the server compares. */
function wholeMicros({ micros, nanos }: Money): number {
  return nanos >= HALF_NANOS ? micros + 1 : micros;
}
