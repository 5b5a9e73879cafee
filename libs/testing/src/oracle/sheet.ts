import type { CampaignFigures, Counters, Total } from '@flightdeck/domain';
import type { MetricPoint, ReadModels } from '@flightdeck/read-models';
import { type ExpectedCampaign, type ExpectedCounters, none } from './ledger-oracle.js';

/** Everything the read models say of a campaign, in one text that is either the same or not. */
export type Sheet = string;

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const WINDOWS = { last5m: 5, last15m: 15, last60m: 60 } as const;

/** What the oracle says. */
export function expectedSheet(expected: ExpectedCampaign, nowMs: number): Sheet | undefined {
  if (expected.lifetime.events === 0) return undefined;
  const { impressions, views, clicks, conversions } = expected.lifetime;
  const now = Math.floor(nowMs / MINUTE_MS);
  const windows = Object.entries(WINDOWS).map(([name, minutes]) => {
    const recent = [...expected.minutes].filter(([minute]) => minute > now - minutes && minute <= now);
    return [name, expectedText(sum(recent.map(([, counters]) => counters)))];
  });
  return text({
    lifetime: expectedText(expected.lifetime),
    days: byKey(expected.days, expectedText),
    hours: byKey(expected.hours, expectedText),
    minutes: byKey(expected.minutes, expectedText),
    windows: Object.fromEntries(windows) as unknown,
    adGroups: byKey(expected.adGroups, ({ grossNanos, netNanos, netByDay }) =>
      adGroupText(
        grossNanos,
        netNanos,
        [...expected.days.keys()].map((day) => netByDay.get(day) ?? 0n),
      ),
    ),
    funnel: { impressions, views, clicks, conversions, ...expected.funnel },
  });
}

/** What the read models say, about the same days and about the hours and minutes between the times. */
export async function actualSheet(
  readModels: ReadModels,
  campaignId: string,
  span: { readonly days: readonly string[]; readonly fromMs: number; readonly nowMs: number },
): Promise<Sheet | undefined> {
  const { fromMs, nowMs } = span;
  const figures = await readModels.figures(
    span.days.map((day) => ({ campaignId, day, adGroups: true })),
    nowMs,
  );
  const [first] = figures;
  if (first === undefined) return undefined;
  const series = (step: '1h' | '1m') => readModels.series({ campaignId, fromMs, toMs: nowMs + 1, step });
  return text({
    lifetime: actualText(first.lifetime),
    days: byKey(new Map(span.days.map((day, i) => [day, figures[i]?.today ?? first.lifetime])), actualText),
    hours: byKey(periods(await series('1h'), HOUR_MS), actualText),
    minutes: byKey(periods(await series('1m'), MINUTE_MS), actualText),
    windows: Object.fromEntries(
      Object.keys(WINDOWS).map((name) => [name, actualText(first[name as keyof typeof WINDOWS])]),
    ),
    adGroups: byKey(
      new Map((first.adGroups ?? []).map((group) => [group.adGroupId, group])),
      ({ adGroupId, grossLifetime, lifetime }) =>
        adGroupText(
          nanos(grossLifetime),
          nanos(lifetime),
          figures.map((of) => nanosOfDay(of, adGroupId)),
        ),
    ),
    funnel: { ...(await readModels.funnel(campaignId)) },
  });
}

function adGroupText(gross: bigint, net: bigint, netOfDays: readonly bigint[]): string {
  return `gross ${gross} net ${net} by day ${netOfDays.join(' ')}`;
}

function nanosOfDay(figures: CampaignFigures | undefined, adGroupId: string): bigint {
  const group = figures?.adGroups?.find((one) => one.adGroupId === adGroupId);
  return group === undefined ? 0n : nanos(group.today);
}

function expectedText({ grossNanos, netNanos, attributedNanos, ...counts }: ExpectedCounters): string {
  return `${counted(counts)} gross ${grossNanos} net ${netNanos} value ${attributedNanos}`;
}

function actualText({ gross, net, attributedValue, ...counts }: Counters): string {
  return `${counted(counts)} gross ${nanos(gross)} net ${nanos(net)} value ${nanos(attributedValue)}`;
}

function counted(counts: Omit<ExpectedCounters, 'grossNanos' | 'netNanos' | 'attributedNanos'>): string {
  const { events, impressions, views, clicks, conversions, givt, sivt, attributedConversions } = counts;
  return `${events} events ${impressions}i ${views}v ${clicks}k ${conversions}c ${givt}g ${sivt}s ${attributedConversions}a`;
}

function nanos(total: Total): bigint {
  return BigInt(total.micros) * 1000n + BigInt(total.nanos);
}

function periods(points: readonly MetricPoint[], unitMs: number): Map<number, Counters> {
  return new Map(points.map(({ startMs, counters }) => [startMs / unitMs, counters]));
}

function byKey<K extends string | number, V>(
  spans: ReadonlyMap<K, V>,
  show: (value: V) => string,
): Record<string, string> {
  const sorted = [...spans].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [`at ${key}`, show(value)]));
}

function sum(all: readonly ExpectedCounters[]): ExpectedCounters {
  const total = none();
  for (const each of all) {
    for (const key of [
      'events',
      'impressions',
      'views',
      'clicks',
      'conversions',
      'givt',
      'sivt',
      'attributedConversions',
    ] as const) {
      total[key] += each[key];
    }
    for (const key of ['grossNanos', 'netNanos', 'attributedNanos'] as const) total[key] += each[key];
  }
  return total;
}

function text(sheet: object): Sheet {
  return JSON.stringify(sheet, undefined, 1);
}
