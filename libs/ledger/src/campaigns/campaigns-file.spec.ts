import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { encodeJson } from '@flightdeck/contracts';
import { campaign, type CampaignEvent } from '@flightdeck/domain';
import type { Checkpoint, EventStore } from '@flightdeck/event-store';
import { lmdbEventStore } from '@flightdeck/event-store/lmdb';
import { createHash, randomUUID } from 'node:crypto';
import { statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectoryEntry } from '../campaign-directory.js';
import type { FoldedEntries } from '../directory/followed-entries.js';
import { faultyStore } from '../testing/faulty-store.js';
import { flipByte } from '../testing/index-world.js';
import { removeTemporary, temporaryDirectory } from '../testing/temporary.js';
import { CAMPAIGNS_VERSION, campaignsWriter, readCampaigns, writeCampaigns } from './campaigns-file.js';
import { followCampaigns, type RunningCampaignDirectory } from './follow-campaigns.js';

const LEDGER_ID = '6f1c8e4e-0000-4000-8000-000000000001';
const said = { actor: 'ann', at: '2026-11-01T00:00:00.000Z', effectiveAt: '2026-11-01T00:00:00.000Z' };
const flight = { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' };
const terms = { name: 'Spring', advertiserId: 'a', currency: 'USD', timezone: 'UTC', flight, tags: ['x'] };
const pacing = { mode: 'even', tolerance: 0 } as const;

let store: EventStore;
let dataDirectory: string;
let running: RunningCampaignDirectory[];
let followedFrom: Checkpoint[];

/** Tells from where it is followed. */
const watched = (): EventStore => ({
  ...faultyStore(store, '', []),
  follow: (selector, from, signal) => {
    followedFrom.push(from);
    return store.follow(selector, from, signal);
  },
});

function follow(begun?: FoldedEntries<DirectoryEntry>): RunningCampaignDirectory {
  const onFatal = (error: Error): never => {
    throw error;
  };
  const directory = followCampaigns({ store: watched(), evolve: campaign.evolve, onFatal, begun });
  running.push(directory);
  return directory;
}

async function append(campaignId: string, type: string, data: object = {}): Promise<void> {
  const event = { id: randomUUID(), type, data: encodeJson({ campaignId, ...said, ...data }) };
  const stored = { ...event, metadata: encodeJson({}) };
  let head = -1;
  for await (const last of store.read(`campaign-${campaignId}`, 'end', { direction: 'backwards', max: 1 }))
    head = last.revision;
  await store.append(`campaign-${campaignId}`, [stored], head < 0 ? 'no-stream' : head);
}
const register = (campaignId: string) =>
  append(campaignId, 'CampaignRegistered', { ...terms, budget: {}, pacing });
const read = (ledgerId = LEDGER_ID, isCheckpoint: (text: string) => boolean = () => true) =>
  readCampaigns(dataDirectory, ledgerId, store, isCheckpoint);
const path = (): string => join(dataDirectory, 'index', 'campaigns.fdix');

/** What a process leaves that has seen two campaigns. */
async function written(): Promise<void> {
  await register('c1');
  await register('c2');
  await append('c2', 'CampaignPaused');
  const directory = follow();
  await campaignsWriter(directory, { dataDirectory, ledgerId: LEDGER_ID, clock: () => 0 })();
}

beforeEach(async () => {
  store = await lmdbEventStore(temporaryDirectory());
  [dataDirectory, running, followedFrom] = [temporaryDirectory(), [], []];
});
afterEach(async () => {
  for (const directory of running) await directory.close();
  await store.close();
  removeTemporary();
});

describe('campaigns that another process has folded', () => {
  it('are gone on from, and what came after is read', async () => {
    await written();
    await append('c1', 'CampaignEnded');
    await register('c3');
    followedFrom = [];
    const [begun, whole] = [follow(await read()), follow()];
    const from = followedFrom[0];
    await Promise.all([begun.caughtUp(), whole.caughtUp()]);
    expect([...begun.entries()]).toEqual([...whole.entries()]);
    expect(begun.folded.last).toEqual(whole.folded.last);
    expect(from).not.toBe('start');
  });

  it('are looked for no more in what was looked through, though none was there', async () => {
    await written();
    for (let n = 0; n < 3; n += 1) await store.append('ads-00', [event()], n === 0 ? 'no-stream' : n - 1);
    const directory = follow(await read());
    await directory.caughtUp();
    followedFrom = [];
    const before = directory.folded.checkpoint;
    await store.append('ads-00', [event()], 2);
    await directory.caughtUp();
    await directory.caughtUp();
    expect(followedFrom[0]).toBe(before);
    expect(Number(followedFrom[1])).toBeGreaterThan(Number(before));
    await register('c3');
    await directory.caughtUp();
    expect(directory.size).toBe(3);
  });

  it('are written when one has changed, and otherwise once a minute', async () => {
    let nowMs = 0;
    const directory = follow();
    const write = campaignsWriter(directory, { dataDirectory, ledgerId: LEDGER_ID, clock: () => nowMs });
    const inode = async (): Promise<number> => write().then(() => statSync(path()).ino);
    const first = await inode();
    expect(await read()).toMatchObject({ entries: [], last: undefined });
    nowMs = 59_999;
    expect(await inode()).toBe(first);
    await register('c1');
    const second = await inode();
    expect(second).not.toBe(first);
    expect((await read())?.entries).toHaveLength(1);
    nowMs = 119_998;
    expect(await inode()).toBe(second);
    nowMs = 119_999;
    expect(await inode()).not.toBe(second);
  });

  it('would lack campaigns if their file named a place beyond them (planted)', async () => {
    await written();
    const known = await read();
    await register('c3');
    const beyond = follow();
    await beyond.caughtUp();
    if (known === undefined) throw new Error('There is no file.');
    await writeCampaigns(dataDirectory, LEDGER_ID, { ...known, checkpoint: beyond.folded.checkpoint });
    const misled = follow(await read());
    await misled.caughtUp();
    expect([misled.size, beyond.size]).toEqual([2, 3]);
  });
});

describe('a file of campaigns is not trusted', () => {
  it.each<[string, () => void]>([
    ['when it is torn', () => truncateSync(path(), statSync(path()).size - 1)],
    ['when it is empty', () => truncateSync(path(), 0)],
    ['when a bit of its body has turned', () => flipByte(path(), statSync(path()).size - 40)],
    ['when a bit of its header has turned', () => flipByte(path(), 30)],
  ])('%s', async (_, damage) => {
    await written();
    expect(await read()).toBeDefined();
    damage();
    expect(await read()).toBeUndefined();
  });

  it('when it is not there, is of another ledger, or of another kind of ledger', async () => {
    expect(await read()).toBeUndefined();
    await written();
    expect(await read('6f1c8e4e-0000-4000-8000-000000000002')).toBeUndefined();
    expect(await read(LEDGER_ID, (text) => text.includes(':'))).toBeUndefined();
  });

  it('when its last event does not stand in the ledger', async () => {
    await written();
    const known = await read();
    if (known?.last === undefined) throw new Error('There is no file.');
    for (const last of [
      { ...known.last, id: randomUUID() },
      { ...known.last, revision: 7 },
    ]) {
      await writeCampaigns(dataDirectory, LEDGER_ID, { ...known, last });
      expect(await read()).toBeUndefined();
    }
  });

  it('when the fold is another: whoever changes what it makes of these facts has to raise the version', () => {
    const changed = { ...said, campaignId: 'c1', previous: {} };
    const history = [
      ['CampaignRegistered', { ...terms, budget: { dailyMicros: 5 }, pacing }],
      ['CampaignDetailsChanged', { name: 'Summer', tags: ['y'] }],
      ['BudgetChanged', { budget: { dailyMicros: 7, lifetimeMicros: 70 }, commandId: 'k' }],
      ['AdGroupBudgetChanged', { adGroupId: 'g', budget: { dailyMicros: 3 } }],
      ['FlightChanged', { flight: { ...flight, end: '2027-01-01T00:00:00.000Z' } }],
      ['PacingChanged', { pacing: { mode: 'asap', tolerance: 0.1 }, dayParts: [] }],
      ['CampaignPaused', {}],
      ['CampaignResumed', { commandId: 'k' }],
      ['CampaignEnded', {}],
    ].map(([type, data]) => ({ type, data: { ...changed, ...(data as object) } }) as CampaignEvent);
    const folded = history.reduce<ReturnType<typeof campaign.evolve>>(campaign.evolve, undefined);
    const digest = createHash('sha256').update(JSON.stringify(folded)).digest('hex').slice(0, 16);
    expect([CAMPAIGNS_VERSION, digest]).toEqual([1, '3d02ec4127285100']);
  });
});

function event() {
  return { id: randomUUID(), type: 'AdClicked', data: encodeJson({}), metadata: encodeJson({}) };
}
