import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { testApi, type TestApi } from '../testing/test-api.module.js';

const CAMPAIGN = {
  campaignId: 'c1',
  name: 'Spring',
  advertiserId: 'adv1',
  currency: 'USD',
  timezone: 'America/New_York',
  flight: { start: '2026-11-01T05:00:00Z', end: '2036-12-01T05:00:00Z' },
  budget: { dailyMicros: 5_000_000, lifetimeMicros: 150_000_000 },
  pacing: { mode: 'even', tolerance: 0.05 },
};

let api: TestApi;
beforeAll(async () => {
  api = await testApi();
});
afterAll(() => api.close());

const etag = async (id: string) => (await api.call('GET', `/v1/campaigns/${id}`)).headers.get('etag') ?? '';

describe('registering a campaign', () => {
  it('answers 201 with its place and its ETag, and a read sees it at once', async () => {
    const made = await api.call('POST', '/v1/campaigns', { body: CAMPAIGN });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/v1/campaigns/c1');
    expect(made.headers.get('etag')).toBe('"0"');
    expect(made.body).toMatchObject({
      ...CAMPAIGN,
      flight: { start: '2026-11-01T05:00:00.000Z' },
      status: 'active',
      tags: [],
      revision: 0,
    });
    const read = await api.call('GET', '/v1/campaigns/c1');
    expect(read.body).toEqual(made.body);
  });

  it('changes nothing the second time', async () => {
    const again = await api.call('POST', '/v1/campaigns', { body: CAMPAIGN });
    expect([again.status, again.headers.get('etag')]).toEqual([200, '"0"']);
  });

  it('refuses other terms under the same id', async () => {
    const other = await api.call('POST', '/v1/campaigns', { body: { ...CAMPAIGN, name: 'Autumn' } });
    expect(other.body).toMatchObject({ status: 409, code: 'already-registered' });
  });

  it.each([
    ['an unknown currency', { currency: 'XYZ' }, '/currency'],
    ['an unknown zone', { timezone: 'Mars/Olympus' }, '/timezone'],
    ['an offset for a zone', { timezone: '+05:00' }, '/timezone'],
    ['a fraction of a micro', { budget: { dailyMicros: 1.5 } }, '/budget/dailyMicros'],
    [
      'micros beyond what JSON holds',
      { budget: { dailyMicros: 9_007_199_254_740_993 } },
      '/budget/dailyMicros',
    ],
    ['a number in quotes', { budget: { dailyMicros: '5' } }, '/budget/dailyMicros'],
    [
      'a time without an offset',
      { flight: { start: '2026-11-01T05:00:00', end: '2026-12-01T05:00:00Z' } },
      '/flight/start',
    ],
    ['a bad id', { campaignId: 'a b' }, '/campaignId'],
    ['an unknown member', { colour: 'red' }, ''],
  ])('refuses %s and points at it', async (_, over, pointer) => {
    const refused = await api.call('POST', '/v1/campaigns', {
      body: { ...CAMPAIGN, campaignId: 'c9', ...over },
    });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'validation', errors: [{ pointer }] });
  });

  it('refuses a flight that ends before it starts, as the domain does', async () => {
    const flight = { start: '2026-12-01T00:00:00Z', end: '2026-11-01T00:00:00Z' };
    const refused = await api.call('POST', '/v1/campaigns', {
      body: { ...CAMPAIGN, campaignId: 'c9', flight },
    });
    expect(refused.body).toMatchObject({ status: 422, code: 'invalid-flight' });
  });
});

describe('Idempotency-Key', () => {
  const body = { ...CAMPAIGN, campaignId: 'keyed' };
  const headers = { 'idempotency-key': 'registration-1' };

  it('gives the first answer again, also after a restart', async () => {
    const first = await api.call('POST', '/v1/campaigns', { body, headers });
    const again = await api.call('POST', '/v1/campaigns', { body, headers });
    await api.restart();
    const later = await api.call('POST', '/v1/campaigns', { body, headers });
    expect([first.status, again.status, later.status]).toEqual([201, 201, 201]);
    expect(later.body).toEqual(first.body);
    expect(later.headers.get('idempotency-replayed')).toBe('true');
    const history = await api.call('GET', '/v1/campaigns/keyed/history');
    expect((history.body as { items: unknown[] }).items).toHaveLength(1);
  });

  it('refuses the key for another request', async () => {
    const other = await api.call('POST', '/v1/campaigns', { body: { ...body, name: 'Other' }, headers });
    expect(other.body).toMatchObject({ status: 422, code: 'idempotency-reused' });
  });
});

describe('changing a campaign', () => {
  it('asks for If-Match: 428 without, 412 when lost', async () => {
    const body = { name: 'Spring sale' };
    expect((await api.call('PATCH', '/v1/campaigns/c1', { body })).body).toMatchObject({ status: 428 });
    const lost = await api.call('PATCH', '/v1/campaigns/c1', { body, headers: { 'if-match': '"7"' } });
    expect(lost.body).toMatchObject({ status: 412, code: 'precondition-failed' });
    expect(lost.headers.get('etag')).toBe('"0"');
  });

  it('changes name, tags and pacing in one go', async () => {
    const body = {
      name: 'Spring sale',
      tags: ['sale'],
      pacing: { mode: 'ahead', tolerance: 0.1 },
      reason: 'Sale begins.',
    };
    const changed = await api.call('PATCH', '/v1/campaigns/c1', { body, headers: { 'if-match': '"0"' } });
    expect(changed.body).toMatchObject({
      name: 'Spring sale',
      tags: ['sale'],
      pacing: { mode: 'ahead' },
      revision: 2,
    });
    expect((await api.call('GET', '/v1/campaigns/c1')).headers.get('etag')).toBe('"2"');
  });

  it('refuses a change of nothing', async () => {
    const headers = { 'if-match': '"2"' };
    expect((await api.call('PATCH', '/v1/campaigns/c1', { body: {}, headers })).status).toBe(400);
  });

  it('sets the budget as a whole', async () => {
    const headers = { 'if-match': await etag('c1') };
    const changed = await api.call('PUT', '/v1/campaigns/c1/budget', {
      body: { dailyMicros: 7_000_000 },
      headers,
    });
    expect(changed.body).toMatchObject({ budget: { dailyMicros: 7_000_000 } });
    expect(changed.body).not.toHaveProperty('budget.lifetimeMicros');
  });

  it('takes no change for later: a budget holds from when it is said', async () => {
    const headers = { 'if-match': await etag('c1') };
    const body = { dailyMicros: 9_000_000, effectiveAt: '2036-01-01T00:00:00Z' };
    const refused = await api.call('PUT', '/v1/campaigns/c1/budget', { body, headers });
    expect(refused.body).toMatchObject({ status: 400, code: 'validation' });
    expect(JSON.stringify(refused.body)).toContain('effectiveAt');
    expect(await etag('c1')).toBe(headers['if-match']);
  });

  it('pauses and resumes, with a reason or without a body', async () => {
    const body = { reason: 'Creative is wrong.' };
    const paused = await api.call('POST', '/v1/campaigns/c1/pause', {
      body,
      headers: { 'if-match': await etag('c1') },
    });
    expect(paused.body).toMatchObject({ status: 'paused' });
    const resumed = await api.call('POST', '/v1/campaigns/c1/resume', {
      headers: { 'if-match': await etag('c1') },
    });
    expect(resumed.body).toMatchObject({ status: 'active' });
  });

  it('lets exactly one of two racing changes win', async () => {
    const headers = { 'if-match': await etag('c1') };
    const race = ['A', 'B', 'C', 'D'].map((name) =>
      api.call('PATCH', '/v1/campaigns/c1', { body: { name }, headers }),
    );
    const statuses = (await Promise.all(race)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 412, 412, 412]);
  });

  it.each([
    ['GET', '/v1/campaigns/nobody'],
    ['GET', '/v1/campaigns/nobody/history'],
    ['POST', '/v1/campaigns/nobody/pause'],
  ])('%s %s answers 404', async (method, path) => {
    const answer = await api.call(method, path, { headers: { 'if-match': '"0"' } });
    expect(answer.body).toMatchObject({ status: 404, code: 'not-registered' });
  });
});

describe('history', () => {
  it('tells every fact, newest first, with who, when and why, page by page', async () => {
    const all: { type: string; actor: string; reason?: string; revision: number }[] = [];
    let next: string | null = '';
    for (let pages = 0; next !== null && pages < 20; pages++) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const page = await api.call('GET', `/v1/campaigns/c1/history?limit=2${cursor}`);
      const body = page.body as { items: typeof all; next: string | null };
      all.push(...body.items);
      next = body.next;
    }
    expect(all.map(({ revision }) => revision)).toEqual(all.map((_, i) => all.length - 1 - i));
    expect(all.at(-1)).toMatchObject({ type: 'CampaignRegistered', actor: 'admin' });
    expect(all.find(({ type }) => type === 'CampaignPaused')).toMatchObject({ reason: 'Creative is wrong.' });
  });
});

describe('listing', () => {
  beforeAll(async () => {
    for (const [i, advertiserId] of ['adv1', 'adv2', 'adv2'].entries()) {
      const made = {
        ...CAMPAIGN,
        campaignId: `list-${i}`,
        advertiserId,
        tags: [`tag-${i}`],
        pacing: { mode: 'even', tolerance: 0 },
      };
      await api.call('POST', '/v1/campaigns', { body: made });
    }
    const price = { model: 'CPC', micros: 40_000_000, currency: 'USD' };
    await api.adEvents({ type: 'click', campaignId: 'list-1', price });
  });
  const idsOf = async (query: string) =>
    ((await api.call('GET', `/v1/campaigns${query}`)).body as { items: { campaignId: string }[] }).items.map(
      ({ campaignId }) => campaignId,
    );

  it('filters', async () => {
    expect(await idsOf('?advertiserId=adv2')).toEqual(['list-1', 'list-2']);
    expect(await idsOf('?tag=tag-0')).toEqual(['list-0']);
    expect(await idsOf('?status=paused')).toEqual([]);
  });

  it('pages by cursor without a gap or a repetition', async () => {
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const page = await api.call('GET', `/v1/campaigns?limit=2${cursor}`);
      const { items, next } = page.body as { items: { campaignId: string }[]; next: string | null };
      seen.push(...items.map(({ campaignId }) => campaignId));
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(seen).toEqual(['c1', 'keyed', 'list-0', 'list-1', 'list-2']);
  });

  it('sorts by risk, the one that overspends first', async () => {
    const ids = await idsOf('?sort=risk');
    expect(ids[0]).toBe('list-1');
    const first = (await api.call('GET', '/v1/campaigns?sort=risk&limit=1')).body as {
      items: { today: { spendMicros: number } }[];
      next: string;
    };
    expect(first.items[0]?.today.spendMicros).toBe(40_000_000);
    const rest = (await api.call('GET', `/v1/campaigns?sort=risk&cursor=${first.next}`)).body as {
      items: unknown[];
    };
    expect(rest.items).toHaveLength(ids.length - 1);
  });

  it('refuses a cursor of its own making', async () => {
    expect((await api.call('GET', '/v1/campaigns?cursor=abc')).body).toMatchObject({
      status: 400,
      code: 'cursor',
    });
  });
});
