import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  CheckpointResponse,
  ConsistencyResponse,
  InclusionResponse,
  LatestCheckpointResponse,
  LedgerCheckResponse,
} from '@flightdeck/contracts';
import {
  isConsistent,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  rootOfInclusion,
} from '@flightdeck/proof';
import { testApi, type TestApi } from '../testing/test-api.module.js';

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
  for (let n = 0; n < 5; n++) await click();
});
afterAll(() => api.close());

const price = { model: 'CPC', micros: 1, currency: 'USD' };
const click = () => api.adEvents({ type: 'click', campaignId: 'c1', price });
const ask = async (path: string, status = 200): Promise<unknown> => {
  const answer = await api.call('GET', `/v1/audit/${path}`, { token: await api.token('auditor') });
  expect([path, answer.status]).toEqual([path, status]);
  return answer.body;
};
const bytes = (texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'base64'));
const latest = async () => (await ask('checkpoint')) as LatestCheckpointResponse;

/** The newest checkpoint once it is over what was just written. */
async function signedAfter(size: number): Promise<LatestCheckpointResponse> {
  for (;;) {
    const checkpoint = await latest();
    if (checkpoint.size > size) return checkpoint;
  }
}

describe('proofs over REST', () => {
  it('signs for the ledger with a key that it names', async () => {
    const { note, key, origin, size, root, state } = await latest();
    const text = openNote(note, parseVerifierKey(key) ?? { name: '', publicKey: Buffer.alloc(32) }) ?? '';
    expect(parseCheckpoint(text)).toEqual({ origin, size, root: Buffer.from(root, 'base64') });
    expect(state).toBe('kept');
  });

  it('proves an event by its position and by its stream and revision', async () => {
    const stream = 'ads-00';
    const events = [];
    for await (const event of api.store.read('access-audit', 'start', { direction: 'forwards', max: 1 }))
      events.push(event);
    expect(events).toHaveLength(1);
    await signedAfter(5);
    const byRevision = (await ask('proofs/inclusion?stream=access-audit&revision=0')) as InclusionResponse;
    const byPosition = (await ask(`proofs/inclusion?position=${byRevision.position}`)) as InclusionResponse;
    expect(byPosition.event).toBe(byRevision.event);
    expect(JSON.parse(byRevision.event)).toMatchObject({ stream: 'access-audit', revision: 0 });
    const { size = 0, root } =
      parseCheckpoint(byPosition.checkpoint.slice(0, byPosition.checkpoint.indexOf('\n\n') + 1)) ?? {};
    const [leaf = Buffer.alloc(0)] = bytes([byPosition.leafHash]);
    expect(rootOfInclusion(leaf, byPosition.position, size, bytes(byPosition.path))).toEqual(root);
    await ask(`proofs/inclusion?stream=${stream}&revision=999`, 404);
    await ask('proofs/inclusion?position=999999', 404);
    await ask('proofs/inclusion', 422);
    await ask('proofs/inclusion?position=0&size=999999', 404);
  });

  it('proves that the ledger goes on from every checkpoint', async () => {
    const before = await latest();
    await click();
    const after = await signedAfter(before.size);
    const { items } = (await ask(`checkpoints?from=${before.size}`)) as { items: CheckpointResponse[] };
    expect(items.map(({ size }) => size)).toEqual(expect.arrayContaining([before.size, after.size]));
    const { path } = (await ask(
      `proofs/consistency?from=${before.size}&to=${after.size}`,
    )) as ConsistencyResponse;
    const tree = ({ size, root }: { size: number; root: string }) => ({
      size,
      root: Buffer.from(root, 'base64'),
    });
    expect(isConsistent(tree(before), tree(after), bytes(path))).toBe(true);
    expect(isConsistent(tree(before), { ...tree(after), root: Buffer.alloc(32) }, bytes(path))).toBe(false);
    await ask(`proofs/consistency?from=${before.size}&to=999999`, 404);
    await ask(`proofs/consistency?from=${after.size}&to=${before.size}`, 422);
  });

  it('hashes the ledger once more on request, and finds it sound', async () => {
    const check = (await ask('verification')) as LedgerCheckResponse;
    expect(check).toMatchObject({ from: 0, to: check.size, sound: true, faults: [] });
    await ask('verification?from=999999', 422);
  });

  it('gives the auditor an archive, and books that', async () => {
    const answer = await fetch(`${api.url}/v1/audit/export`, {
      headers: { authorization: `Bearer ${await api.token('auditor')}` },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-tar']);
    const archive = Buffer.from(await answer.arrayBuffer());
    expect(archive.length % 512).toBe(0);
    expect(archive.toString('latin1')).toContain('events-000001.ndjson');
    const booked = (await ask('access?action=export')) as { items: { role: string; route: string }[] };
    expect(booked.items[0]).toMatchObject({ role: 'auditor', route: 'GET /v1/audit/export' });
    await ask('export?from=7&to=3', 422);
  });
});
