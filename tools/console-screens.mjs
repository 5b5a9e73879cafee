// Pictures of every screen of the console, light and dark, desktop and phone, from a running demo, into docs/screens/.
// With names of screens (`node tools/console-screens.mjs advertiser`), of those alone. Needs a build and Chromium (CHROMIUM, else Debian's).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { environmentOf, startFlightdeck } from './flightdeck-server.mjs';

const OUT = 'docs/screens';
/** The demo has rules and commands by then. */
const WATCH_S = 60;
const SETTLE_MS = 2_500;
const FIRES_AT_ANY_HOUR = {
  ...{ name: 'Tell when a campaign has begun its day', severity: 'info', mode: 'active' },
  scope: { all: true },
  conditions: {
    all: [
      { fact: 'impressions.today', operator: 'greaterThan', value: 0 },
      { fact: 'spend.today', operator: 'greaterThan', value: 0 },
    ],
  },
  action: { command: 'NotifyOwner', params: {} },
  guards: {},
};
const wanted = new Set(process.argv.slice(2));
const LOOKS = [
  { name: 'desktop', viewport: { width: 1280, height: 800 } },
  { name: 'phone', viewport: { width: 390, height: 844 } },
];
const data = mkdtempSync(join(tmpdir(), 'flightdeck-screens-'));
mkdirSync(OUT, { recursive: true });
const { url, token, stop } = await startFlightdeck(
  'demo',
  environmentOf(data, { FLIGHTDECK_LOG_LEVEL: 'warn' }),
);
try {
  const first = async (path, key) => {
    for (let asked = 0; asked < WATCH_S; asked += 1) {
      const item = (await ask(url, token, path)).items[0];
      if (item !== undefined) return item[key];
      await pause(1_000);
    }
    throw new Error(`Nothing at ${path} within ${WATCH_S} s.`);
  };
  const campaign = await first('/v1/campaigns?limit=1', 'campaignId');
  const { advertiserId: advertiser, currency } = await ask(url, token, `/v1/campaigns/${campaign}`);
  await ask(url, token, `/v1/advertisers/${advertiser}/budget`, {
    ...{ method: 'PUT', body: JSON.stringify({ currency, dailyMicros: 120_000_000 }) },
    headers: { 'if-none-match': '*' },
  });
  const rule = await first('/v1/rules?limit=1', 'ruleId');
  // At some hours of their day no sample campaign has spent enough for a sample rule.
  await ask(url, token, '/v1/rules', { method: 'POST', body: JSON.stringify(FIRES_AT_ANY_HOUR) });
  const command = await first('/v1/commands?limit=1', 'commandId');
  await replay(url, token);
  const screens = {
    campaigns: '/campaigns',
    campaign: `/campaigns/${campaign}`,
    advertisers: '/advertisers',
    advertiser: `/advertisers/${advertiser}`,
    rules: '/rules',
    rule: `/rules/${rule}`,
    commands: '/commands',
    command: `/commands/${command}`,
    audit: '/audit',
    'audit-ledger': `/audit/ledger?stream=campaign-${campaign}&revision=0`,
    'audit-time': `/audit/time?campaignId=${campaign}`,
    'audit-reconciliation': `/audit/reconciliation?campaignId=${campaign}`,
    'audit-exports': '/audit/exports',
    'audit-projections': '/audit/projections',
    'audit-access': '/audit/access',
    system: '/system',
  };
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium' });
  for (const { name, viewport } of LOOKS)
    for (const colorScheme of ['light', 'dark']) {
      const page = await browser.newPage({ viewport, colorScheme, reducedMotion: 'reduce' });
      page.on('pageerror', (error) => console.error(`${name} ${colorScheme}: ${error.message}`));
      await page.goto(`${url}/#token=${token}`);
      await page.waitForSelector('h1:has-text("Campaigns")');
      for (const [screen, path] of Object.entries(screens)) {
        if (wanted.size > 0 && !wanted.has(screen)) continue;
        await page.goto(url + path);
        await pause(SETTLE_MS);
        await page.screenshot({ path: join(OUT, `${screen}-${name}-${colorScheme}.png`) });
      }
      await page.close();
    }
  await browser.close();
} finally {
  await stop();
  rmSync(data, { recursive: true, force: true });
}

/** So that the audit screen has one to show. */
async function replay(url, token) {
  const { replayId } = await ask(url, token, '/v1/audit/replays', { method: 'POST', body: '{}' });
  for (let asked = 0; asked < WATCH_S; asked += 1) {
    const { state } = await ask(url, token, `/v1/audit/replays/${replayId}`);
    if (state !== 'waiting' && state !== 'running') return;
    await pause(1_000);
  }
  throw new Error(`The replay took more than ${WATCH_S} s.`);
}

async function ask(url, token, path, { headers = {}, ...how } = {}) {
  const signed = { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers };
  const response = await fetch(url + path, { ...how, headers: signed });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
