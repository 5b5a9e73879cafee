import type { Random } from './random.js';
import { poisson } from './random.js';
import type { SampleCampaign } from './sample-campaigns.js';

const MS_PER_DAY = 86_400_000;
const USERS_PER_CAMPAIGN = 5_000;
const INVALID_SHARE = 0.01;
const VIEWABLE_SHARE = 0.62;
const MOBILE_SHARE = 0.7;
/** A tracker that retries: sent twice, counted once. */
const RETRY_SHARE = 0.01;

/**
 * The ad events of one campaign in a span: a Poisson number of impressions whose mean follows the hour-of-week `weight` (mean 1),
 * and the views, clicks and conversions that come of them. Some trackers retry, and some traffic is invalid.
 */
export function trafficOf(
  campaign: SampleCampaign,
  span: { readonly fromMs: number; readonly toMs: number; readonly weight: number },
  random: Random,
  newId: () => string,
): object[] {
  const perDay = (campaign.dailyMicros / campaign.cpmMicros) * 1_000 * campaign.appetite;
  const mean = (perDay * span.weight * (span.toMs - span.fromMs)) / MS_PER_DAY;
  const events: object[] = [];
  for (let i = poisson(mean, random); i > 0; i--) {
    const atMs = span.fromMs + random() * (span.toMs - span.fromMs);
    events.push(...journey(campaign, atMs, span.toMs, random, newId));
  }
  return events;
}

/** One impression and what came of it before `untilMs`. */
function journey(
  campaign: SampleCampaign,
  atMs: number,
  untilMs: number,
  random: Random,
  newId: () => string,
): object[] {
  const impressionId = newId();
  const common = {
    campaignId: campaign.campaignId,
    advertiserId: campaign.advertiserId,
    impressionId,
    userId: `visitor-${campaign.campaignId}-${Math.floor(random() * USERS_PER_CAMPAIGN)}`,
    device: random() < MOBILE_SHARE ? 'mobile' : 'desktop',
  };
  const at = (afterMs: number) => new Date(Math.min(untilMs, atMs + afterMs)).toISOString();
  const impression = {
    ...common,
    eventId: `i-${impressionId}`,
    type: 'impression',
    occurredAt: at(0),
    price: { model: 'CPM', micros: campaign.cpmMicros, currency: campaign.currency },
    ...(random() < INVALID_SHARE ? { ivt: 'givt' } : {}),
  };
  const events: object[] = random() < RETRY_SHARE ? [impression, impression] : [impression];
  if (random() < VIEWABLE_SHARE) {
    events.push({ ...common, eventId: `v-${impressionId}`, type: 'view', occurredAt: at(1_000) });
  }
  if (random() >= campaign.clickRate) return events;
  const clickId = `click-${impressionId}`;
  events.push({ ...common, eventId: `c-${impressionId}`, type: 'click', clickId, occurredAt: at(4_000) });
  if (random() < campaign.conversionRate) {
    events.push({
      ...common,
      eventId: `o-${impressionId}`,
      type: 'conversion',
      conversionId: `conv-${impressionId}`,
      occurredAt: at(60_000),
      valueMicros: Math.round(campaign.cpmMicros * (5 + 20 * random())),
    });
  }
  return events;
}
