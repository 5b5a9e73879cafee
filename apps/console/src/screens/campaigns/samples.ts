import type { RegisterCampaign } from '../../api/generated/types.gen';

const MS_PER_DAY = 86_400_000;
const FLIGHT_DAYS = 30;
/** Clicks of a sample campaign in the part of the day that is over. */
export const PAST_CLICKS = 96;
/** What a campaign spends with one click of the live traffic, as a share of its budget. */
const LIVE_SHARE = 0.002;

interface Sample {
  readonly campaignId: string;
  readonly name: string;
  readonly currency: string;
  readonly dailyMicros: number;
  /** What it spends on a whole day, as a share of its budget. */
  readonly appetite: number;
}

/** One that is on plan, one that spends too fast, one that hardly spends. */
const SAMPLES: readonly Sample[] = [
  { campaignId: 'sample-on-plan', name: 'On plan', currency: 'USD', dailyMicros: 40_000_000, appetite: 1 },
  { campaignId: 'sample-fast', name: 'Too fast', currency: 'EUR', dailyMicros: 65_000_000, appetite: 1.4 },
  { campaignId: 'sample-slow', name: 'Hardly', currency: 'GBP', dailyMicros: 25_000_000, appetite: 0.3 },
];

export interface SampleEvent {
  readonly eventId: string;
  readonly type: 'click';
  readonly campaignId: string;
  readonly occurredAt: string;
  readonly price: { readonly model: 'CPC'; readonly micros: number; readonly currency: string };
}

/** The sample campaigns, running since this day began. @param nowMs epoch milliseconds */
export function sampleCampaigns(nowMs: number): readonly RegisterCampaign[] {
  const startMs = dayStart(nowMs);
  return SAMPLES.map(({ campaignId, name, currency, dailyMicros }) => ({
    ...{ campaignId, name: `Sample: ${name.toLowerCase()}`, advertiserId: 'sample', currency },
    timezone: 'UTC',
    flight: { start: iso(startMs), end: iso(startMs + FLIGHT_DAYS * MS_PER_DAY) },
    budget: { dailyMicros },
    pacing: { mode: 'even', tolerance: 0.05 },
    tags: ['sample'],
  }));
}

/** What they have spent today until now. The ids say which day it is: sent again, each still counts once. */
export function samplePast(nowMs: number): readonly SampleEvent[] {
  const startMs = dayStart(nowMs);
  const passed = (nowMs - startMs) / MS_PER_DAY;
  return SAMPLES.flatMap((sample) =>
    Array.from({ length: PAST_CLICKS }, (_, at) =>
      click(
        sample,
        `${sample.campaignId}-${startMs}-${at}`,
        startMs + ((nowMs - startMs) * at) / PAST_CLICKS,
        (sample.dailyMicros * sample.appetite * passed) / PAST_CLICKS,
      ),
    ),
  );
}

/** A click of each, now. */
export function sampleNow(nowMs: number): readonly SampleEvent[] {
  return SAMPLES.map((sample) =>
    click(
      sample,
      `${sample.campaignId}-live-${nowMs}`,
      nowMs,
      sample.dailyMicros * LIVE_SHARE * sample.appetite,
    ),
  );
}

function click(sample: Sample, eventId: string, atMs: number, micros: number): SampleEvent {
  const price = { model: 'CPC', micros: Math.round(micros), currency: sample.currency } as const;
  return { eventId, type: 'click', campaignId: sample.campaignId, occurredAt: iso(atMs), price };
}

function dayStart(nowMs: number): number {
  return Math.floor(nowMs / MS_PER_DAY) * MS_PER_DAY;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
