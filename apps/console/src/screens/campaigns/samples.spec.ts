import { describe, expect, it } from '@jest/globals';
import { PAST_CLICKS, sampleCampaigns, sampleNow, samplePast } from './samples';

const NOON = Date.parse('2026-11-25T12:00:00Z');

describe('the sample campaigns', () => {
  it('have spent by noon what their pace makes of half a budget', () => {
    const spent = new Map<string, number>();
    for (const { campaignId, price } of samplePast(NOON))
      spent.set(campaignId, (spent.get(campaignId) ?? 0) + price.micros);
    const shares = sampleCampaigns(NOON).map(({ campaignId, budget }) =>
      ((spent.get(campaignId) ?? 0) / (budget.dailyMicros ?? 0)).toFixed(2),
    );
    expect(shares).toEqual(['0.50', '0.70', '0.15']);
  });

  it('spend within the flight and not in the future, each event under an id of its own', () => {
    const events = [...samplePast(NOON), ...sampleNow(NOON)];
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3 * (PAST_CLICKS + 1));
    for (const { occurredAt } of events) {
      expect(Date.parse(occurredAt)).toBeLessThanOrEqual(NOON);
      expect(occurredAt >= (sampleCampaigns(NOON)[0]?.flight.start ?? '')).toBe(true);
    }
  });

  it('would be seen to count a day twice (planted: ids that know the time)', () => {
    const ids = (nowMs: number) => samplePast(nowMs).map(({ eventId }) => eventId);
    expect(ids(NOON + 60_000)).toEqual(ids(NOON));
    expect(sampleNow(NOON + 60_000)).not.toEqual(sampleNow(NOON));
  });
});
