import { adTraffic, type Traffic } from '@flightdeck/testing';

const HOUR_MS = 3_600_000;
/** Every event is booked on its own day, whenever the suite runs: the grace of late ones is 48 hours. */
const AGE_MAX_MS = 47 * HOUR_MS;
/** Flights reach so far back and ahead, and so do the minutes that are compared. */
export const SPAN_MS = 6 * 24 * HOUR_MS;
const ATTEMPTS_MAX = 1_500;
const PAUSE_MS = 20;

/** Of the last two days, in several currencies and zones, with duplicates and conflicts. */
export function recentTraffic(seed: number, prefix: string, events: number): Traffic {
  const nowMs = Date.now();
  const traffic = adTraffic(seed, prefix, events, nowMs);
  return {
    ...traffic,
    sent: traffic.sent.filter(({ occurredAt }) => Date.parse(occurredAt) > nowMs - AGE_MAX_MS),
  };
}

/** A campaign of the traffic as it is registered, with a budget that nothing reaches. */
export function termsOf(
  { campaignId, currency, timezone }: Traffic['campaigns'][number],
  { nowMs }: Traffic,
): object {
  return {
    ...{ campaignId, name: campaignId, advertiserId: 'a', currency, timezone },
    flight: {
      start: new Date(nowMs - SPAN_MS).toISOString(),
      end: new Date(nowMs + SPAN_MS).toISOString(),
    },
    budget: { lifetimeMicros: 9_000_000_000_000_000 },
    pacing: { mode: 'even', tolerance: 0.05 },
  };
}

/** Fires once for each campaign that anybody has seen. */
export const FIRST_IMPRESSION = {
  ...{ name: 'First impression', scope: { all: true }, severity: 'info', mode: 'active' },
  conditions: { all: [{ fact: 'impressions.lifetime', operator: 'greaterThanInclusive', value: 1 }] },
  action: { command: 'NotifyOwner', params: {} },
  guards: { fireOncePer: 'flight' },
};

/** Asks until the answer will do, or often enough; the caller judges the last one. */
export async function until<T>(
  ask: () => Promise<T>,
  isEnough: (answer: T) => boolean,
  attemptsMax = ATTEMPTS_MAX,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    const answer = await ask();
    if (isEnough(answer) || attempt >= attemptsMax) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
