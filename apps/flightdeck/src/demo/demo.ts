import { randomUUID } from 'node:crypto';
import { dayBounds, dayOf, DEFAULT_TRAFFIC_CURVE, localClock } from '@flightdeck/domain';
import type { ApiClient } from '../cli/client.js';
import { seededRandom, type Random } from './random.js';
import { SAMPLE_CAMPAIGNS, type SampleCampaign } from './sample-campaigns.js';
import { SAMPLE_RULES } from './sample-rules.js';
import { trafficOf } from './traffic.js';

const SEED = 2026;
const TICK_MS = 250;
/** History is made in slices, so that its shape follows the curve. */
const SLICE_MS = 15 * 60_000;
const EVENTS_PER_REQUEST_MAX = 5_000;
const COMMANDS_PER_TICK_MAX = 50;
const FLIGHT_DAYS = 30;
const MS_PER_DAY = 86_400_000;

interface CommandRow {
  readonly commandId: string;
  readonly campaignId: string;
  readonly command: string;
}

/**
 * Registers the sample campaigns and rules, tells of the day so far, then goes on with live traffic until `signal` aborts: a
 * simulated tracker that sends events and a simulated campaign system that obeys commands.
 */
export async function runDemo(
  client: ApiClient,
  signal: AbortSignal,
  say: (sentence: string) => void,
): Promise<void> {
  const random = seededRandom(SEED);
  const fresh = await isFresh(client);
  if (fresh) await registerSamples(client);
  const paused = new Set<string>();
  if (fresh) {
    const events = await tellOfToday(client, random);
    say(
      `Sent ${events.toLocaleString('en-US')} events of the day so far for ${SAMPLE_CAMPAIGNS.length} sample campaigns.`,
    );
    for (const rule of SAMPLE_RULES) await client.post('/v1/rules', rule);
  }
  say('Live traffic is on. Stop with Ctrl-C.');
  let fromMs = Date.now();
  while (!signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    const toMs = Date.now();
    const serving = SAMPLE_CAMPAIGNS.filter(({ campaignId }) => !paused.has(campaignId));
    await sendAll(
      client,
      serving.flatMap((campaign) => span(campaign, fromMs, toMs, random)),
    );
    await obeyCommands(client, paused);
    fromMs = toMs;
  }
}

/** Whether this data directory has no samples yet. */
async function isFresh(client: ApiClient): Promise<boolean> {
  const { items } = (await client.get('/v1/campaigns?limit=1')) as { items: readonly unknown[] };
  return items.length === 0;
}

async function registerSamples(client: ApiClient): Promise<void> {
  const now = Date.now();
  for (const campaign of SAMPLE_CAMPAIGNS) {
    const { campaignId, name, advertiserId, currency, timezone, tags, dailyMicros, mode } = campaign;
    const { startMs } = dayBounds(timezone, dayOf(timezone, now));
    const flight = {
      start: new Date(startMs).toISOString(),
      end: new Date(startMs + FLIGHT_DAYS * MS_PER_DAY).toISOString(),
    };
    const budget = { dailyMicros, lifetimeMicros: dailyMicros * FLIGHT_DAYS };
    const pacing = { mode, tolerance: 0.05 };
    await client.post('/v1/campaigns', {
      campaignId,
      name,
      advertiserId,
      currency,
      timezone,
      tags,
      flight,
      budget,
      pacing,
    });
  }
}

async function tellOfToday(client: ApiClient, random: Random): Promise<number> {
  const now = Date.now();
  let sent = 0;
  for (const campaign of SAMPLE_CAMPAIGNS) {
    const { startMs } = dayBounds(campaign.timezone, dayOf(campaign.timezone, now));
    const events: object[] = [];
    for (let fromMs: number = startMs; fromMs < now; fromMs += SLICE_MS) {
      events.push(...span(campaign, fromMs, Math.min(now, fromMs + SLICE_MS), random));
    }
    await sendAll(client, events);
    sent += events.length;
  }
  return sent;
}

function span(campaign: SampleCampaign, fromMs: number, toMs: number, random: Random): object[] {
  const { weekday, hour } = localClock(campaign.timezone, fromMs);
  const weight = DEFAULT_TRAFFIC_CURVE[weekday - 1]?.[hour] ?? 1;
  return trafficOf(campaign, { fromMs, toMs, weight }, random, randomUUID);
}

async function sendAll(client: ApiClient, events: readonly object[]): Promise<void> {
  for (let at = 0; at < events.length; at += EVENTS_PER_REQUEST_MAX) {
    const lines = events.slice(at, at + EVENTS_PER_REQUEST_MAX).map((event) => JSON.stringify(event));
    await client.postEvents(Buffer.from(lines.join('\n')), '');
  }
}

/** What a campaign system does: takes each dispatched command, acts on it, acknowledges. */
async function obeyCommands(client: ApiClient, paused: Set<string>): Promise<void> {
  const answer = await client.get(`/v1/commands?state=dispatched&limit=${COMMANDS_PER_TICK_MAX}`);
  for (const { commandId, campaignId, command } of (answer as { items: readonly CommandRow[] }).items) {
    if (command === 'PauseCampaign') paused.add(campaignId);
    if (command === 'ResumeCampaign') paused.delete(campaignId);
    await client.post(`/v1/commands/${commandId}/ack`, { outcome: 'applied' });
  }
}
