/** The versioned names of the projections of one campaign's figures; also their tables. */
export const CAMPAIGN_TABLE = 'campaign-spend@1';
export const DAY_TABLE = 'campaign-day@1';
export const HOUR_TABLE = 'campaign-hour@1';
export const MINUTE_TABLE = 'campaign-minute@1';
export const AD_GROUP_TABLE = 'ad-group-spend@1';

/** Makes keys of periods (minutes, hours since 1970) sort by time, also before 1970 and up to the year 9999. */
const PERIOD_OFFSET = 3_000_000_000;

/** Key of a campaign's minute or hour. */
export function periodKey(campaignId: string, period: number): string {
  return `${campaignId}/${period + PERIOD_OFFSET}`;
}

/** The minute or hour in a key made by {@link periodKey}. */
export function periodIn(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 1)) - PERIOD_OFFSET;
}

/** Key of an ad group of a campaign. */
export function adGroupKey(campaignId: string, adGroupId: string): string {
  return `${campaignId}/${adGroupId}`;
}

/** The ad group in a key made by {@link adGroupKey}. */
export function adGroupIn(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

/** Key of a campaign's local day (YYYY-MM-DD). */
export function dayKey(campaignId: string, day: string): string {
  return `${campaignId}/${day}`;
}

/** A local day (YYYY-MM-DD) as a number that sorts like it: 20261122. */
export function dayNumber(day: string): number {
  return Number(day.slice(0, 4)) * 10_000 + Number(day.slice(5, 7)) * 100 + Number(day.slice(8, 10));
}

/** The day that {@link dayNumber} made a number. */
export function dayText(number: number): string {
  const digits = String(number).padStart(8, '0');
  return `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
}
