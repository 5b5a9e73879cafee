import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeJson } from '@flightdeck/contracts';
import { campaign } from '@flightdeck/domain';
import type { EventStore, Expected } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import type { DirectoryEntry } from '../campaign-directory.js';
import { faultyStore } from '../testing/faulty-store.js';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { followCampaigns, type RunningCampaignDirectory } from './follow-campaigns.js';

let store: EventStore;
let directory: RunningCampaignDirectory;
let fatal: Error[];

const provenance = { actor: 'ann', at: '2026-11-01T00:00:00.000Z', effectiveAt: '2026-11-01T00:00:00.000Z' };

async function append(
  campaignId: string,
  expected: Expected,
  type: string,
  data: object = {},
): Promise<void> {
  const event = {
    id: randomUUID(),
    type,
    data: encodeJson({ campaignId, ...provenance, ...data }),
    metadata: encodeJson({}),
  };
  expect(await store.append(`campaign-${campaignId}`, [event], expected)).toMatchObject({ ok: true });
}

function register(campaignId: string): Promise<void> {
  const flight = { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' };
  const terms = { name: 'Spring', advertiserId: 'a', currency: 'USD', timezone: 'UTC', flight, tags: [] };
  return append(campaignId, 'no-stream', 'CampaignRegistered', {
    ...terms,
    budget: {},
    pacing: { mode: 'even', tolerance: 0 },
  });
}

function follow(over: EventStore): RunningCampaignDirectory {
  return followCampaigns({
    store: over,
    evolve: campaign.evolve,
    onFatal: (error) => void fatal.push(error),
  });
}

beforeEach(async () => {
  store = await lmdbEventStore(temporaryDirectory());
  fatal = [];
  directory = follow(store);
});
afterEach(async () => {
  await directory.close();
  await store.close();
  removeTemporary();
});

describe('the campaign directory', () => {
  it('catches up with an empty ledger', async () => {
    await directory.caughtUp();
    expect(directory.size).toBe(0);
    expect(directory.get('c1')).toBeUndefined();
  });

  it('has folded everything that was stored before the question', async () => {
    for (let i = 0; i < 20; i++) {
      await register(`c${i}`);
      await directory.caughtUp();
      expect(directory.get(`c${i}`)).toMatchObject({ revision: 0, campaign: { status: 'active' } });
      await append(`c${i}`, 0, 'CampaignPaused');
      await directory.caughtUp();
      expect(directory.get(`c${i}`)).toMatchObject({ revision: 1, campaign: { status: 'paused' } });
    }
    expect([...directory.entries()]).toHaveLength(20);
    const second = follow(store);
    await second.caughtUp();
    expect(second.size).toBe(20);
    await second.close();
  });

  it('tells what changed, once each batch, until unsubscribed', async () => {
    const told: DirectoryEntry[] = [];
    const unsubscribe = directory.onChange((changed) => told.push(...changed));
    await register('c1');
    await directory.caughtUp();
    unsubscribe();
    await append('c1', 0, 'CampaignPaused');
    await directory.caughtUp();
    expect(told.map((entry) => entry.campaign.status)).toEqual(['active']);
  });

  it('fails loudly when a stream does not begin with its registration', async () => {
    await append('c1', 'no-stream', 'CampaignPaused');
    await expect(directory.caughtUp()).rejects.toThrow('can no longer follow');
    expect(fatal).toHaveLength(1);
    await expect(directory.caughtUp()).rejects.toThrow('can no longer follow');
  });

  it('fails loudly when the store does', async () => {
    const broken = follow({
      ...faultyStore(store, '', []),
      follow: () => ({
        [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('planted')) }),
      }),
    });
    await expect(broken.caughtUp()).rejects.toThrow('planted');
    await broken.close();
    expect(fatal.map((error) => error.cause)).toEqual([new Error('planted')]);
  });
});
