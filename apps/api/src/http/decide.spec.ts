import { campaign, type CampaignCommand } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decide, inOrder } from './decide.js';

const order = { campaignId: 'c1', actor: 'a', at: '2026-11-22T10:00:00.000Z' };
const register: CampaignCommand = {
  ...{
    type: 'RegisterCampaign',
    ...order,
    name: 'Spring',
    advertiserId: 'adv1',
    currency: 'USD',
    timezone: 'UTC',
  },
  flight: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
  ...{ budget: {}, pacing: { mode: 'even', tolerance: 0 }, tags: [] },
};
const pause: CampaignCommand = { type: 'PauseCampaign', ...order };
const resume: CampaignCommand = { type: 'ResumeCampaign', ...order };

let directory: string;
let store: EventStore;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flightdeck-decide-'));
  store = await lmdbEventStore(directory);
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

const ask = (commands: readonly CampaignCommand[], expected: number | 'any', idempotencyKey?: string) =>
  decide({
    ...{ store, stream: 'campaign-c1', decider: inOrder(campaign), command: commands },
    ...{ actor: 'a', expected, idempotencyKey },
  });

describe('a change whose answer was lost in a crash', () => {
  it('is found done when it is sent again under its key, whatever happened since', async () => {
    await ask([register], 'any');
    expect(await ask([pause], 0, 'k')).toMatchObject({ ok: true, changed: true, revision: 1 });
    await ask([resume], 1);
    expect(await ask([pause], 0, 'k')).toMatchObject({ ok: true, revision: 2, state: { status: 'active' } });
  });

  it('is a lost update without the key', async () => {
    await ask([register], 'any');
    await ask([pause], 0);
    expect(await ask([pause], 0)).toEqual({ ok: false, staleAt: 1 });
  });
});

describe('a change', () => {
  it('of several facts makes all of them, or none', async () => {
    await ask([register], 'any');
    const badBudget: CampaignCommand = { type: 'ChangeBudget', ...order, budget: { dailyMicros: -1 } };
    expect(await ask([pause, badBudget], 0)).toMatchObject({
      ok: false,
      rejection: { code: 'InvalidBudget' },
    });
    expect(await ask([pause, resume], 0)).toMatchObject({ ok: true, revision: 2 });
  });

  it('of what does not exist is refused as such, not as a lost update', async () => {
    expect(await ask([pause], 3)).toEqual({ ok: false, rejection: { code: 'NotRegistered' } });
  });
});
