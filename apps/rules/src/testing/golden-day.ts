import { STREAM } from '@flightdeck/contracts';
import {
  campaign as campaignDecider,
  dayOf,
  type CampaignTerms,
  type Conditions,
  type Rule,
} from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { pastLedger, uuid } from './past-ledger.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NEW_YORK = 'America/New_York';
/** The day on which the clocks of New York go back: 25 hours, in event time alone. */
export const FROM_MS = Date.parse('2024-11-03T04:00:00Z');
export const TO_MS = FROM_MS + 25 * HOUR_MS;
/** Ten in the morning in New York, after the clocks went back. */
const MORNING_MS = Date.parse('2024-11-03T15:00:00Z');
const NOON_MS = Date.parse('2024-11-03T17:00:00Z');
const UTC_MIDNIGHT_MS = Date.parse('2024-11-04T00:00:00Z');
const EVERY_MS = 5 * MINUTE_MS;
const OFFSET_MS = 30_000;
const BUDGET_MICROS = 100_000_000;
const PARTITIONS = 16;
const OF_EACH_KIND = 5;

const KINDS = [
  'at75',
  'at90',
  'at100',
  'soars',
  'bored',
  'unseen',
  'stalls',
  'paused',
  'ended',
  'in-utc',
] as const;
type Kind = (typeof KINDS)[number];

/** Share of the budget spent from the beginning of the day to `ms`, by design of the kind. */
function spentShare(kind: Kind, ms: number): number {
  const linear = (share: number): number => (share * (ms - FROM_MS)) / (TO_MS - FROM_MS);
  switch (kind) {
    case 'at75':
      return linear(0.8);
    case 'at90':
      return linear(0.93);
    case 'at100':
      return linear(1.01);
    case 'soars':
      return linear(0.6) + Math.max(0, ms - NOON_MS) / (15 * HOUR_MS);
    case 'bored':
    case 'unseen':
    case 'stalls':
      return linear(0.4);
    case 'paused':
    case 'ended':
      return linear(1.3);
    case 'in-utc':
      return (0.93 * (ms - FROM_MS)) / (UTC_MIDNIGHT_MS - FROM_MS);
  }
}

interface GoldenCampaign {
  readonly campaignId: string;
  readonly kind: Kind;
  readonly zone: string;
  readonly partition: number;
}

const CAMPAIGNS: readonly GoldenCampaign[] = KINDS.flatMap((kind, k) =>
  Array.from({ length: OF_EACH_KIND }, (_, i) => ({
    ...{ campaignId: `${kind}-${i}`, kind, partition: (k * OF_EACH_KIND + i) % PARTITIONS },
    zone: kind === 'in-utc' ? 'UTC' : NEW_YORK,
  })),
);

/** What happens at one moment, in the order of the ledger. */
export interface Moment {
  readonly atMs: number;
  readonly events: readonly StoredEvent[];
}

interface Fact {
  readonly type: 'SpendRecorded' | 'ImpressionRecorded' | 'ClickRecorded';
  readonly micros: number;
}

/** Impressions and clicks of the kinds whose click rate is looked at: one a moment from ten in the morning on. */
function engagement(kind: Kind, n: number): readonly Fact[] {
  if (n < 0) return [];
  const impression: Fact = { type: 'ImpressionRecorded', micros: 0 };
  if (kind === 'unseen') return n < 60 ? [impression] : [];
  if (kind !== 'bored' || n >= 150) return [];
  return n < 50 && n % 10 === 0 ? [impression, { type: 'ClickRecorded', micros: 0 }] : [impression];
}

function factsAt({ kind }: GoldenCampaign, atMs: number): readonly Fact[] {
  if (kind === 'stalls' && atMs > MORNING_MS) return [];
  const before = Math.max(FROM_MS, atMs - EVERY_MS);
  const micros = Math.round((spentShare(kind, atMs) - spentShare(kind, before)) * BUDGET_MICROS);
  const n = Math.floor((atMs - MORNING_MS) / EVERY_MS);
  return [{ type: 'SpendRecorded', micros }, ...engagement(kind, n)];
}

/**
 * The whole day: registrations first, then something every five minutes for each of the fifty campaigns. All are one advertiser's,
 * who may have a budget of so many micros a day.
 */
export function goldenDay(advertiserMicros?: number): {
  readonly registrations: readonly StoredEvent[];
  readonly moments: readonly Moment[];
} {
  const stored = pastLedger();
  const registrations = CAMPAIGNS.flatMap((one) =>
    registration(one).map(({ type, data }) => stored(STREAM.campaign(one.campaignId), type, data, FROM_MS)),
  );
  if (advertiserMicros !== undefined) {
    const at = new Date(FROM_MS).toISOString();
    const budget = { dailyMicros: advertiserMicros };
    const data = { advertiserId: 'adv1', currency: 'USD', budget, actor: 'ann', at, effectiveAt: at };
    registrations.push(stored(STREAM.advertiser('adv1'), 'AdvertiserBudgetChanged', data, FROM_MS));
  }
  const moments: Moment[] = [];
  let count = 0;
  for (let atMs = FROM_MS + OFFSET_MS; atMs < TO_MS; atMs += EVERY_MS) {
    const events = CAMPAIGNS.flatMap((one) =>
      factsAt(one, atMs).map(({ type, micros }) =>
        stored(STREAM.ads(one.partition), type, adEvent(one, type, micros, atMs, (count += 1)), atMs),
      ),
    );
    moments.push({ atMs, events });
  }
  return { registrations, moments };
}

function adEvent(
  { campaignId, zone }: GoldenCampaign,
  type: Fact['type'],
  micros: number,
  atMs: number,
  n: number,
): object {
  const name = type.replace('Recorded', '').toLowerCase();
  const occurredAt = new Date(atMs).toISOString();
  return {
    ...{ eventId: uuid(n), type: name, occurredAt, campaignId, advertiserId: 'adv1' },
    ...(type === 'SpendRecorded' ? { amountMicros: micros, currency: 'USD' } : { impressionId: uuid(n) }),
    ...(type === 'ClickRecorded' ? { clickId: uuid(n) } : {}),
    enriched: { day: dayOf(zone, atMs), currency: 'USD' },
  };
}

function registration({ campaignId, kind, zone }: GoldenCampaign): readonly { type: string; data: object }[] {
  const at = new Date(FROM_MS - HOUR_MS).toISOString();
  const terms: CampaignTerms = {
    ...{ campaignId, name: campaignId, advertiserId: 'adv1', currency: 'USD', timezone: zone, tags: [] },
    flight: {
      start: '2024-11-01T00:00:00Z',
      end: kind === 'ended' ? '2024-11-03T04:00:00Z' : '2024-12-01T00:00:00Z',
    },
    ...{ budget: { dailyMicros: BUDGET_MICROS }, pacing: { mode: 'even', tolerance: 0.2 } },
  };
  const said = { actor: 'ann', at };
  const decided = campaignDecider.decide(
    { type: 'RegisterCampaign', ...terms, ...said },
    campaignDecider.initial,
  );
  if (!decided.accepted) throw new Error('A golden campaign is not registered.');
  if (kind !== 'paused') return decided.events;
  return [...decided.events, { type: 'CampaignPaused', data: { campaignId, ...said, effectiveAt: at } }];
}

const UTILIZATION = { at75: 0.75, at90: 0.9, at100: 1 } as const;

/** The six rules of the day. */
export const GOLDEN_RULES: readonly Rule[] = [
  ...Object.entries(UTILIZATION).map(([ruleId, value]) =>
    rule(ruleId, { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value }] }),
  ),
  rule('forecast', { all: [{ fact: 'pacing.projectedOverspend', operator: 'equal', value: true }] }),
  rule('ctr', { all: [{ fact: 'ctr.today', operator: 'lessThan', value: 0.04 }] }, { minSample: 100 }),
  rule('stalled', { all: [{ fact: 'data.minutesSinceLastEvent', operator: 'greaterThan', value: 60 }] }),
];

/** A budget that all fifty share and that never binds any of them, and a rule for a share of it that is reached before ten in the morning. */
export const SHARED_MICROS = 60 * BUDGET_MICROS;
const SHARED_AT = 0.2;
export const SHARED_RULE: Rule = {
  ...rule('shared', {
    all: [{ fact: 'utilization.advertiser.today', operator: 'greaterThanInclusive', value: SHARED_AT }],
  }),
  scope: { advertiserId: 'adv1' },
};

/** What that rule must bring: once for each campaign that serves, when all fifty together have spent so much on the date. */
export function sharedCommands(): readonly string[] {
  let spent = 0;
  for (let atMs = FROM_MS + OFFSET_MS; atMs < UTC_MIDNIGHT_MS; atMs += EVERY_MS) {
    for (const one of CAMPAIGNS) for (const { micros } of factsAt(one, atMs)) spent += micros;
    if (spent < SHARED_AT * SHARED_MICROS) continue;
    return CAMPAIGNS.filter(({ kind }) => kind !== 'paused' && kind !== 'ended')
      .map(({ campaignId }) => lineOf(atMs, 'shared', campaignId))
      .sort();
  }
  throw new Error('The share is not reached.');
}

function rule(ruleId: string, conditions: Conditions, guards: Rule['guards'] = {}): Rule {
  return {
    ...{ ruleId, name: ruleId, conditions, guards, scope: { all: true }, severity: 'warning', priority: 100 },
    action: { command: ruleId === 'at100' ? 'PauseCampaign' : 'NotifyOwner', params: {} },
    ...{ revision: 0, mode: 'active', author: 'ann' },
  };
}

/** The commands that the day must bring, as `time rule campaign`, worked out from its design with sums and nothing else. What a
 * new day brings in UTC stays under every threshold. */
export function goldenCommands(): readonly string[] {
  const lines: string[] = [];
  const say = (atMs: number, ruleId: string, campaignId: string): void => {
    lines.push(lineOf(atMs, ruleId, campaignId));
  };
  for (const one of CAMPAIGNS) {
    const { campaignId, kind } = one;
    if (kind === 'paused' || kind === 'ended') continue;
    const endMs = kind === 'in-utc' ? UTC_MIDNIGHT_MS : TO_MS;
    let spent = 0;
    let last15m: { readonly atMs: number; readonly micros: number }[] = [];
    const shown = { impressions: 0, clicks: 0 };
    const reached = new Set<string>();
    for (let atMs = FROM_MS + OFFSET_MS; atMs < endMs; atMs += EVERY_MS) {
      for (const { type, micros } of factsAt(one, atMs)) {
        spent += micros;
        last15m = [...last15m.filter((sample) => sample.atMs > atMs - 15 * MINUTE_MS), { atMs, micros }];
        if (type === 'ImpressionRecorded') shown.impressions += 1;
        if (type === 'ClickRecorded') shown.clicks += 1;
      }
      const now = Object.entries(UTILIZATION).filter(([, share]) => spent >= share * BUDGET_MICROS);
      const hits = now.map(([ruleId]) => ruleId);
      if (shown.impressions >= 100 && shown.clicks / shown.impressions < 0.04) hits.push('ctr');
      const rate = last15m.reduce((sum, { micros }) => sum + micros, 0) / (15 * MINUTE_MS);
      if (spent + rate * (endMs - atMs) > 1.2 * BUDGET_MICROS) hits.push('forecast');
      for (const ruleId of hits) if (!reached.has(ruleId)) say(atMs, ruleId, campaignId);
      hits.forEach((ruleId) => reached.add(ruleId));
    }
    if (kind === 'stalls') say(MORNING_MS - EVERY_MS + OFFSET_MS + 60.5 * MINUTE_MS, 'stalled', campaignId);
  }
  return lines.sort();
}

/** How a command is written down to be compared. */
export function lineOf(atMs: number, ruleId: string, campaignId: string): string {
  return `${new Date(atMs).toISOString()} ${ruleId} ${campaignId}`;
}
