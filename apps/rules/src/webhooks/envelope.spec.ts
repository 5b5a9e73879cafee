import { describe, expect, it } from '@jest/globals';
import { envelopeOf } from './envelope.js';

const stored = (stream: string, type: string, data: object) => ({
  ...{ id: 'e1', stream, type, revision: 0, recordedAtMs: 0 },
  data: Buffer.from(JSON.stringify(data)),
  metadata: Buffer.from('{}'),
});

describe('what webhooks are told', () => {
  it('names whose news it is', () => {
    const budget = { dailyMicros: 5 };
    expect(envelopeOf(stored('advertiser-adv1', 'AdvertiserBudgetChanged', { budget }))).toMatchObject({
      ...{ source: 'flightdeck.campaigns', 'detail-type': 'AdvertiserBudgetChanged' },
      ...{ resources: ['advertiser/adv1'], detail: { advertiserId: 'adv1', budget } },
    });
    expect(envelopeOf(stored('campaign-c1', 'CampaignPaused', {}))).toMatchObject({
      ...{ resources: ['campaign/c1'], detail: { campaignId: 'c1' } },
    });
    expect(envelopeOf(stored('rule-r1', 'RuleDisabled', {}))?.detail).toEqual({ ruleId: 'r1' });
  });

  it('is nothing that a command told before, nor what streams of others hold', () => {
    expect(envelopeOf(stored('command-c1', 'CommandDispatched', {}))).toBeUndefined();
    expect(envelopeOf(stored('ads-00', 'ClickRecorded', {}))).toBeUndefined();
  });
});
