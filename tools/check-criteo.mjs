// Imports a Criteo attribution file into a fresh Flightdeck and holds every campaign against a count made here, from the file,
// with no code of the product. Needs a build. Usage: node tools/check-criteo.mjs <file.csv>
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, startFlightdeck } from './flightdeck-server.mjs';

const [file] = process.argv.slice(2);
const ACCEPT_FROM = '2000-01-01T00:00:00Z';
const EXPECTED = { impressions: 1000, clicks: 351, campaigns: 297, nanos: 263_695_863n, conversions: 40 };
const PARTITIONS = 16;
const EVENTS = EXPECTED.impressions + EXPECTED.clicks + EXPECTED.conversions;
/** Where a crash falls: some requests of fifty events are answered, most are not. */
const KILL_AFTER_EVENTS = 400;

const byHand = countByHand(readFileSync(file, 'utf8'));
check(
  'the file is the one this check knows',
  {
    impressions: byHand.impressions,
    clicks: byHand.clicks,
    campaigns: byHand.nanosByCampaign.size,
    nanos: [...byHand.nanosByCampaign.values()].reduce((sum, nanos) => sum + nanos, 0n),
    conversions: byHand.conversions,
  },
  EXPECTED,
);

await inFreshDirectory(async (dataDir) => {
  check('first import', importOnce(dataDir), {
    events: EVENTS,
    accepted: EVENTS,
    duplicates: 0,
    quarantined: 0,
  });
  await checkFigures(dataDir);
  check('second import', importOnce(dataDir), {
    events: EVENTS,
    accepted: 0,
    duplicates: EVENTS,
    quarantined: 0,
  });
  await checkFigures(dataDir, { duplicates: EVENTS });
});
await inFreshDirectory(async (dataDir) => {
  await importAndKill(dataDir);
  const { accepted, duplicates, quarantined } = importOnce(dataDir);
  if (duplicates < KILL_AFTER_EVENTS)
    fail(`the crash came before ${KILL_AFTER_EVENTS} events were stored: ${duplicates}`);
  if (accepted === 0) fail('the crash came after the whole file was stored');
  check(
    'import after a crash halfway',
    { total: accepted + duplicates, quarantined },
    { total: EVENTS, quarantined: 0 },
  );
  await checkFigures(dataDir);
});

async function inFreshDirectory(use) {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-criteo-'));
  try {
    await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function importArguments() {
  return ['bin/flightdeck.mjs', 'import', 'criteo', file, '--accept-from', ACCEPT_FROM, '--json'];
}

function importOnce(directory) {
  const options = { env: environmentOf(directory), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
  return JSON.parse(execFileSync(process.execPath, importArguments(), options));
}

/** Kills the import in the middle of its work, as soon as it says that enough events are stored. */
async function importAndKill(directory) {
  const child = spawn(process.execPath, [...importArguments(), '--batch', '50'], {
    env: environmentOf(directory),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let text = '';
  child.stderr.on('data', (part) => {
    text += part;
    const line = text.split('\n').at(-2);
    if (line?.startsWith('{"progress"') && JSON.parse(line).progress.events >= KILL_AFTER_EVENTS)
      child.kill('SIGKILL');
  });
  await ended;
}

async function checkFigures(directory, { duplicates } = {}) {
  const { url, token, stop } = await startFlightdeck('start', environmentOf(directory));
  try {
    const headers = { authorization: `Bearer ${token}` };
    let total = 0n;
    for (const [campaign, nanos] of byHand.nanosByCampaign) {
      const response = await fetch(`${url}/v1/campaigns/${campaign}/pacing`, { headers });
      const { spend } = await response.json();
      const stored = BigInt(spend.lifetimeMicros) * 1000n + BigInt(spend.lifetimeNanos);
      if (stored !== nanos) fail(`campaign ${campaign}: ${stored} nanos instead of ${nanos}`);
      total += stored;
    }
    console.log(
      `ok: ${byHand.nanosByCampaign.size} campaigns, ${total} nanos, each equal to the count by hand`,
    );
    if (duplicates !== undefined)
      check('on record', { duplicates: await duplicatesBooked(url, headers) }, { duplicates });
  } finally {
    await stop();
  }
}

/** What the streams of duplicates come to. */
async function duplicatesBooked(url, headers) {
  let booked = 0;
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const stream = `duplicates-${String(partition).padStart(2, '0')}`;
    for (let from = 0; from !== null;) {
      const asked = `${url}/v1/audit/events?stream=${stream}&from=${from}&limit=200`;
      const { items, next } = await (await fetch(asked, { headers })).json();
      for (const { data } of items) for (const { events } of data.rows) booked += events;
      from = next;
    }
  }
  return booked;
}

function countByHand(text) {
  const [header, ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  const column = Object.fromEntries(header.map((name, index) => [name, index]));
  const nanosByCampaign = new Map();
  const conversions = new Set();
  let clicks = 0;
  for (const row of rows) {
    const campaign = row[column.campaign];
    nanosByCampaign.set(campaign, (nanosByCampaign.get(campaign) ?? 0n) + nanosOf(row[column.cost]));
    if (row[column.click] === '1') clicks += 1;
    if (row[column.conversion] === '1') conversions.add(row[column.conversion_id]);
  }
  return { impressions: rows.length, clicks, conversions: conversions.size, nanosByCampaign };
}

/** Decimal text × 10⁹, rounded half to even, in integers only. */
function nanosOf(text) {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e');
  const [whole, fraction = ''] = mantissa.split('.');
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length + 9;
  if (shift >= 0) return digits * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  const quotient = digits / divisor;
  const twice = (digits % divisor) * 2n;
  return twice > divisor || (twice === divisor && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function check(what, actual, wanted) {
  const show = (values) =>
    Object.keys(wanted)
      .map((key) => `${key} ${values[key]}`)
      .join(', ');
  if (show(actual) !== show(wanted)) fail(`${what}: ${show(actual)}; wanted ${show(wanted)}`);
  console.log(`ok: ${what}: ${show(actual)}`);
}

function fail(message) {
  console.error(`not ok: ${message}`);
  process.exit(1);
}
