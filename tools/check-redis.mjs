// Runs Flightdeck with profiles in DynamoDB (dynalite) behind a real Redis, and kills, stops and starts Redis again while events
// come: every event is accepted, no profile is wrong, and Redis is used whenever it is there.
// Needs redis-server and a build. Usage: node tools/check-redis.mjs
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BatchWriteItemCommand, CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Redis } from 'ioredis';
import { environmentOf, startFlightdeck } from './flightdeck-server.mjs';

const USERS = 400;
const EVENTS_A_REQUEST = 20;
/** Of so many users Redis is made to say something else than the table. */
const PLANTED = USERS / 4;
const ASKS_MAX = 500;
/** How long Redis is left alone after it failed. */
const CIRCUIT_OPEN_MS = 5_000;
const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
Object.assign(process.env, credentials);

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-redis-'));
const children = [];
const dynamo = createRequire(import.meta.url)('dynalite')({ createTableMs: 0 });
let sent = 0;
try {
  await check();
} finally {
  for (const child of children) child.kill('SIGKILL');
  dynamo.closeAllConnections();
  dynamo.close();
  rmSync(directory, { recursive: true, force: true });
}

async function check() {
  const table = await fillTable();
  const port = await freePort();
  let redis = await startRedis(port);
  const url = `redis://127.0.0.1:${port}`;
  const env = { ...credentials, FLIGHTDECK_PROFILES: table, FLIGHTDECK_PROFILES_CACHE: url };

  const first = await flightdeckAt('first', env);
  await settled(first, ({ known }) => known === EVENTS_A_REQUEST, 'the table is read');
  for (let from = 0; from < USERS; from += EVENTS_A_REQUEST) await send(first, from);
  const client = new Redis(url);
  // A question that was asked before there was a connection, or that took too long, may have left its users out of it.
  const leftOut = (await metric(first, 'redis_bypassed')) + (await metric(first, 'redis_failures'));
  const kept = USERS - leftOut * EVENTS_A_REQUEST;
  if (kept <= USERS / 2) fail(`${leftOut} questions did not reach Redis`);
  await until(async () => (await client.dbsize()) >= kept, 'Redis holds who was asked for');
  const ttl = await client.pttl(`flightdeck:profile:u${USERS - 1}`);
  if (ttl <= 0) fail(`what Redis holds has no end: ${ttl}`);
  // Planted: what Redis alone says has to be seen, or it was not asked.
  for (let user = 0; user < PLANTED; user += 1)
    await client.set(`flightdeck:profile:u${user}`, `{"segment":"r${user}"}`, 'PX', 600_000);
  client.disconnect();
  await first.stop();

  const second = await flightdeckAt('second', env);
  let seen = 0;
  for (let from = 0; from < PLANTED; from += EVENTS_A_REQUEST) seen += (await send(second, from)).planted;
  if (seen === 0) fail('another process was never answered by Redis');
  console.log(
    `ok: ${kept} of ${USERS} users in Redis, for ${Math.round(ttl / 1000)} s; another process had ${seen} of ${PLANTED} from it`,
  );

  redis.kill('SIGKILL');
  await once(redis, 'exit');
  const killed = await load(second, PLANTED, USERS / 2);
  redis = await startRedis(port);
  await delay(CIRCUIT_OPEN_MS);
  const before = await metric(second, 'redis_misses');
  await load(second, USERS / 2, (USERS * 3) / 4);
  await until(async () => (await metric(second, 'redis_misses')) > before, 'Redis is asked again');
  console.log(`ok: Redis killed and started again: ${killed} profiles from the table in between`);

  redis.kill('SIGSTOP');
  const stopped = await load(second, (USERS * 3) / 4, USERS);
  redis.kill('SIGCONT');
  const failures = await metric(second, 'redis_failures');
  if (failures === 0) fail('Redis never failed, so nothing was tested');
  console.log(`ok: Redis stopped: ${stopped} profiles from the table, ${failures} calls of Redis failed`);
  await second.stop();
}

/** Sends an event of each of these users, again and again until all are known: their profiles have to be the table's. */
async function load(server, from, to) {
  for (let user = from; user < to; user += EVENTS_A_REQUEST)
    await settled(server, ({ known }) => known === EVENTS_A_REQUEST, `users from ${user} are known`, user);
  return to - from;
}

async function settled(server, isEnough, what, from = 0) {
  await until(async () => isEnough(await send(server, from)), what);
}

/** Every event is accepted; a profile is the table's, or unknown, or what was planted. */
async function send(server, from) {
  const campaignId = `c${(sent += 1)}`;
  const occurredAt = new Date().toISOString();
  const events = Array.from({ length: EVENTS_A_REQUEST }, (_, index) => ({
    ...{ eventId: `${campaignId}-${index}`, type: 'click', campaignId, occurredAt },
    userId: `u${from + index}`,
  }));
  const { accepted } = await call(server, 'POST', '/v1/events', events);
  if (accepted !== EVENTS_A_REQUEST) fail(`${accepted} of ${EVENTS_A_REQUEST} events were accepted`);
  const { items } = await call(server, 'GET', `/v1/audit/events?campaignId=${campaignId}`);
  const profiles = items.map(({ data }) => data.enriched.profile);
  for (const [index, profile] of profiles.entries()) {
    const user = from + index;
    const allowed = ['unknown', `s${user}`, ...(user < PLANTED ? [`r${user}`] : [])];
    if (!allowed.includes(profile?.segment ?? profile))
      fail(`u${user} is said to be ${JSON.stringify(profile)}`);
  }
  const planted = profiles.filter((profile) => profile.segment?.startsWith('r')).length;
  return { planted, known: profiles.filter((profile) => profile !== 'unknown').length };
}

async function metric(server, name) {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(new RegExp(`^flightdeck_profile_${name} (\\d+)$`, 'mu').exec(text)?.[1]);
}

async function call({ url, token }, method, path, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!answer.ok) fail(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function until(isSo, what) {
  for (let ask = 0; ask < ASKS_MAX; ask += 1) {
    if (await isSo()) return;
    await delay(20);
  }
  fail(`it never was so that ${what}`);
}

async function startRedis(port) {
  const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory];
  const child = spawn('redis-server', parameters, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)));
    child.stdout.on('data', (text) => {
      said += text;
      if (said.includes('Ready to accept connections')) resolve();
    });
  });
  return child;
}

async function flightdeckAt(name, env) {
  const more = { FLIGHTDECK_ADMIN_TOKEN: 'an-admin-token-for-this-check-only', ...env };
  const { child, stop, ...server } = await startFlightdeck(
    'start',
    environmentOf(join(directory, name), more),
  );
  children.push(child);
  const stopped = async () => {
    const code = await stop();
    if (code !== 0) fail(`Flightdeck ended with ${code}`);
  };
  return { ...server, stop: stopped };
}

/** The address of a table in which user u<n> has the segment s<n>. */
async function fillTable() {
  await new Promise((resolve) => dynamo.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${dynamo.address().port}`;
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint });
  const key = (AttributeName, KeyType) => ({ AttributeName, KeyType });
  await client.send(
    new CreateTableCommand({
      ...{ TableName: 'profiles', BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [key('pk', 'HASH'), key('sk', 'RANGE')],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  const row = (n) => ({
    ...{ pk: { S: `user#u${n}` }, sk: { S: 'profile' }, profile: { M: { segment: { S: `s${n}` } } } },
  });
  for (let from = 0; from < USERS; from += 25) {
    const puts = Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: row(from + index) } }));
    await until(
      () =>
        client.send(new BatchWriteItemCommand({ RequestItems: { profiles: puts } })).then(
          () => true,
          () => false,
        ),
      'the table can be written',
    );
  }
  client.destroy();
  return `dynamodb://profiles?region=us-east-1&endpoint=${encodeURIComponent(endpoint)}`;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function fail(what) {
  throw new Error(what);
}
