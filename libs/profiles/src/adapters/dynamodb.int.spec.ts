import {
  DYNAMODB_ERRORS,
  dynamoDbAddress,
  everyFault,
  partialBatchGet,
  PEER_CREDENTIALS,
  profileRow,
  profileSourceBreaches,
  profileSourceContract,
  profileTable,
  startDynalite,
  startFaultProxy,
  type AwsPeer,
  type Fault,
  type FaultProxy,
  type OpenedProfileSource,
} from '@flightdeck/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProfileCache, PROFILE_CACHE_OPTIONS } from '../profile-cache.js';
import { dynamoDbProfiles } from './dynamodb.js';

Object.assign(process.env, PEER_CREDENTIALS);

const AT_ONCE = { sleep: async () => undefined, random: () => 0, callMsMax: 300 };

let peer: AwsPeer;
let proxy: FaultProxy;
let tables = 0;
beforeAll(async () => {
  peer = await startDynalite();
  proxy = await startFaultProxy(peer.url);
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
});

async function opened(): Promise<OpenedProfileSource> {
  proxy.fault = undefined;
  const table = await profileTable(peer, `profiles-${(tables += 1)}`);
  const source = dynamoDbProfiles(dynamoDbAddress({ url: proxy.url }, table.name), AT_ONCE);
  return {
    source,
    put: (userId, profile) => {
      const fields = Object.entries(profile).map(([name, text]) => [name, { S: text }] as const);
      return table.put(profileRow(userId, Object.fromEntries(fields)));
    },
    spoil: (userId) => table.put(profileRow(userId, { segment: { N: '5' } })),
    close: async () => {
      source.close();
      table.close();
    },
  };
}

profileSourceContract('DynamoDB', opened);

describe('BatchGetItem of profiles, whatever befalls it', () => {
  let table: OpenedProfileSource;
  beforeEach(async () => {
    table = await opened();
  });
  afterEach(() => table.close());
  const reads = () => proxy.calls.filter(({ operation }) => operation === 'BatchGetItem');

  it.each([
    ...everyFault(DYNAMODB_ERRORS),
    ['partly undone', partialBatchGet((_, index) => index % 3 === 0)] as const,
  ])('loses nobody and makes nobody up when it is %s', async (_, fault) => {
    const { befallen } = proxy;
    const first = reads().length + 1;
    proxy.fault = ({ operation, number }) =>
      operation === 'BatchGetItem' && number === first ? fault : undefined;
    expect(await profileSourceBreaches(table, 30)).toEqual([]);
    expect(proxy.befallen).toBe(befallen + 1);
  });

  it('asks again only for what was left undone', async () => {
    const first = reads().length;
    proxy.fault = ({ operation, number }) =>
      operation === 'BatchGetItem' && number === first + 1
        ? partialBatchGet((_, index) => index < 4)
        : undefined;
    expect(await profileSourceBreaches(table, 30)).toEqual([]);
    const keys = reads()
      .slice(first)
      .map(({ body }) => Object.values(body['RequestItems'] as Record<string, { Keys: unknown[] }>)[0]);
    expect(keys.map((asked) => asked?.Keys.length)).toEqual([30, 4, 30]);
  });

  it('would be seen to lose users if what was left undone were not read (planted)', async () => {
    const deaf: Fault = {
      kind: 'rewrite',
      call: (sent) => ({ sent, answer: (body) => ({ ...body, Responses: {}, UnprocessedKeys: {} }) }),
    };
    proxy.fault = ({ operation }) => (operation === 'BatchGetItem' ? deaf : undefined);
    expect(await profileSourceBreaches(table, 30)).toContain('the first time user-1 is undefined');
  });

  it('never holds the pipeline up: a table that does not answer, or is not there, makes its users unknown', async () => {
    await table.put('a', { segment: 's' });
    const cache = new ProfileCache(table.source, Date.now, { ...PROFILE_CACHE_OPTIONS, timeoutMs: 5 });
    proxy.fault = ({ operation }) =>
      operation === 'BatchGetItem' ? { kind: 'half-open', seen: false } : undefined;
    expect(await cache.profilesOf(['a'])).toEqual(new Map([['a', 'unknown']]));
    expect(cache.stats()).toMatchObject({ timeouts: 1, unknown: 1 });
    proxy.fault = undefined; // its answer, when it comes, serves the next
    while ((await cache.profilesOf(['a'])).get('a') === 'unknown')
      await new Promise((next) => setTimeout(next, 5));
    const missing = dynamoDbProfiles(dynamoDbAddress({ url: peer.url }, 'nowhere'), AT_ONCE);
    const patient = new ProfileCache(missing, Date.now, { ...PROFILE_CACHE_OPTIONS, timeoutMs: 60_000 });
    expect(await patient.profilesOf(['a'])).toEqual(new Map([['a', 'unknown']]));
    expect(patient.stats()).toMatchObject({ failures: 1, timeouts: 0 });
    missing.close();
  });
});
