import { commandIdOf, thresholdOf } from '@flightdeck/contracts';
import {
  addTotal,
  campaign as campaigns,
  command as commands,
  decideCampaign,
  EMPTY_COUNTERS,
  FACTS,
  factSource,
  formatInstant,
  issueOrder,
  OPERATORS,
  prepareRule,
  total,
  validateDefinition,
  ZERO,
  type AdvertiserFigures,
  type Campaign,
  type CampaignFigures,
  type CommandEvent,
  type Comparison,
  type Conditions,
  type Counters,
  type FactDefinition,
  type FactSource,
  type Guards,
  type Rule,
  type RuleDefinition,
  type RuleEvent,
} from '@flightdeck/domain';
import { sampleFigures, sampleTerms, type Random } from '@flightdeck/testing';
import { NOW_MS } from './fixtures.js';

/** Facts of the other levels of the budget tree, and of what is on its way. */
export const TREE_FACTS: readonly string[] = FACTS.map(({ name }): string => name).filter((name) =>
  /\.advertiser\.|\.adGroup\.|^spend\.inFlight|AfterInFlight$|^budget\.(effectiveDaily|tightestLevel)$/.test(
    name,
  ),
);
const OTHER_FACTS = FACTS.map(({ name }): string => name).filter((name) => !TREE_FACTS.includes(name));
const CATALOG = new Map<string, FactDefinition>(FACTS.map((fact) => [fact.name, fact]));
const MICROS_MAX = 20_000_000;
const MINUTE_MS = 60_000;
const AD_GROUPS = ['g1', 'g2', 'g3'] as const;

/** A command that a random rule decided on a random campaign, as the live system decides, and the rule as the ledger has it. */
export interface RandomDecision {
  readonly rule: Rule;
  readonly ruleEvent: RuleEvent;
  readonly issued: CommandEvent;
  /** Every fact of the catalog as it was. */
  readonly facts: FactSource;
}

/** One decision on a campaign of that id, at random: terms, spend on each level of the tree, silence, rule and guards. */
export function randomDecision(random: Random, campaignId: string): RandomDecision {
  const nowMs = NOW_MS + random.between(0, 8 * 60) * MINUTE_MS;
  const campaign = anyCampaign(random, campaignId);
  const figures = anyFigures(random, campaign, nowMs);
  const advertiser = anyAdvertiser(random, figures);
  const facts = factSource({ terms: campaign, status: campaign.status, figures, advertiser, nowMs });
  const definition = anyRule(random, facts);
  const wrong = validateDefinition(definition, CATALOG);
  if (wrong.length > 0) throw new Error(`No API would take it: ${JSON.stringify(wrong)}`);
  const ruleId = `rule-of-${campaignId}`;
  const said = { actor: 'ann', at: formatInstant(NOW_MS - MINUTE_MS) };
  const rule: Rule = { ...definition, ruleId, revision: 0, mode: 'active', author: 'ann' };
  const ruleEvent: RuleEvent = {
    type: 'RuleCreated',
    data: { ruleId, ...said, definition, mode: 'active' },
  };
  const prepared = prepareRule(rule, thresholdOf(rule));
  const nothing = { firings: () => undefined, rearmedAfter: () => undefined };
  const [decided] = decideCampaign([prepared], { campaign, figures, facts, nowMs }, nothing);
  if (decided?.verdict.kind !== 'fires')
    throw new Error(`It does not fire: ${JSON.stringify(decided?.verdict)}`);
  const { matched, proposed } = decided.verdict;
  const ordered = commands.decide(issueOrder(matched, proposed, commandIdOf, undefined), commands.initial);
  const issued = ordered.accepted ? ordered.events[0] : undefined;
  if (issued === undefined) throw new Error('It is not issued.');
  return { rule, ruleEvent, issued, facts };
}

function anyCampaign(random: Random, campaignId: string): Campaign {
  const said = { actor: 'ann', at: '2026-11-01T00:00:00.000Z', campaignId };
  const terms = sampleTerms({
    campaignId,
    flight: { start: '2026-11-01T00:00:00.000Z', end: '2026-12-01T00:00:00.000Z' },
    timezone: random.pick(['UTC', 'America/New_York', 'Asia/Kathmandu']),
    budget: { dailyMicros: random.between(1, MICROS_MAX), lifetimeMicros: random.between(1, 9 * MICROS_MAX) },
    pacing: { mode: random.pick(['even', 'ahead', 'asap', 'traffic'] as const), tolerance: 0.1 },
    tags: ['spring'],
  });
  const groups = AD_GROUPS.map((adGroupId) => ({
    ...({ type: 'ChangeAdGroupBudget', adGroupId } as const),
    budget: { dailyMicros: random.between(1, MICROS_MAX) },
  }));
  let state = campaigns.initial;
  for (const order of [{ type: 'RegisterCampaign', ...terms } as const, ...groups]) {
    const decided = campaigns.decide({ ...order, ...said }, state);
    if (!decided.accepted) throw new Error(JSON.stringify(decided.rejection));
    state = decided.events.reduce((folded, event) => campaigns.evolve(folded, event), state);
  }
  if (state === undefined) throw new Error('It is not registered.');
  return state;
}

function anyCounters(random: Random): Counters {
  const impressions = random.between(1, 50_000);
  const net = total(random.between(0, MICROS_MAX), random.between(0, 999));
  const clicks = random.between(0, impressions);
  return { ...EMPTY_COUNTERS, impressions, clicks, events: impressions + clicks, net, gross: net };
}

function anyFigures(random: Random, { campaignId, timezone }: Campaign, nowMs: number): CampaignFigures {
  const groups = AD_GROUPS.map((adGroupId) => {
    const spent = total(random.between(0, MICROS_MAX), random.between(0, 999));
    return { adGroupId, today: spent, lifetime: spent, grossLifetime: spent };
  });
  const inGroups = groups.reduce((sum, { lifetime }) => addTotal(sum, lifetime), ZERO);
  // Half of the time everything is spent in ad groups, so that their budgets hold the campaign.
  const today = random.chance(0.5)
    ? { ...EMPTY_COUNTERS, net: inGroups, gross: inGroups }
    : anyCounters(random);
  return sampleFigures(nowMs, timezone, {
    ...{ campaignId, position: { stream: 'ads-02', revision: random.between(0, 9_999) } },
    ...{ today, lifetime: today, last5m: anyCounters(random), last15m: anyCounters(random) },
    ...{ last60m: anyCounters(random), adGroups: groups },
    lastOccurredAtMs: nowMs - random.between(0, 40 * MINUTE_MS),
    lastReceivedAtMs: nowMs,
  });
}

function anyAdvertiser(random: Random, { today }: CampaignFigures): AdvertiserFigures | undefined {
  if (random.chance(0.2)) return undefined;
  const siblings = total(random.between(0, 5 * MICROS_MAX), random.between(0, 999));
  const spent = addTotal(today.net, siblings);
  const budget = { dailyMicros: random.between(1, 9 * MICROS_MAX), lifetimeMicros: 99 * MICROS_MAX };
  return {
    ...{ advertiserId: 'adv1', currency: 'USD', budget, today: spent, lifetime: spent },
    ...{ campaigns: random.between(2, 900), leftOut: 0 },
  };
}

/** Every tree fact that is known is true of the rule's conditions in one way or another; beside them stands what may be false. */
function anyRule(random: Random, facts: FactSource): RuleDefinition {
  const known = TREE_FACTS.filter((name) => facts(name) !== null);
  const looked = random.shuffle(known).slice(0, random.between(1, 4));
  const others = random.shuffle(OTHER_FACTS).slice(0, 3);
  const all: (Conditions | Comparison)[] = looked.map((fact) => holding(random, fact, facts));
  const either = others.flatMap((fact) => (facts(fact) === null ? [] : [holding(random, fact, facts)]));
  const [first] = either;
  if (first !== undefined) all.push({ any: [{ not: first }, first, ...either] });
  const guards: readonly Guards[] = [
    {},
    { fireOncePer: 'flight' },
    { fireOncePer: 'none', cooldownMinutes: 5 },
    ...[{ maxPerDay: 3 }, { rearmAfterMinutes: 10 }, { maxLagSeconds: 3_600 }],
  ];
  return {
    ...{ name: 'At random', scope: { all: true }, severity: 'warning', priority: random.between(1, 1_000) },
    conditions: { all },
    action: { command: random.pick(['PauseCampaign', 'NotifyOwner'] as const), params: {} },
    guards: random.pick(guards),
  };
}

/** A comparison that is true of the fact as it is, with a value or with another fact, and false once the fact is unknown. */
function holding(random: Random, fact: string, facts: FactSource): Comparison {
  const value = facts(fact);
  if (Array.isArray(value)) return { fact, operator: 'contains', value: value[0] };
  if (typeof value !== 'number') return { fact, operator: 'equal', value };
  const operator = random.pick(['lessThanInclusive', 'greaterThanInclusive', 'equal'] as const);
  const test = OPERATORS.get(operator)?.test;
  const others = [...TREE_FACTS, ...OTHER_FACTS].filter(
    (name) => name !== fact && CATALOG.get(name)?.type === 'number' && test?.(value, facts(name)) === true,
  );
  if (others.length > 0 && random.chance(0.4))
    return { fact, operator, value: { fact: random.pick(others) } };
  return { fact, operator, value };
}
