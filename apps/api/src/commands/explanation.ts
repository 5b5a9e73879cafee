import {
  commandIdOf,
  STREAM,
  type ExplanationResponse,
  type GuardConsultedResponse,
} from '@flightdeck/contracts';
import {
  CHANGE,
  changesOf,
  command as commands,
  compile,
  conditionResults,
  conditionsOf,
  firingName,
  recordedFacts,
  rule as rules,
  type CommandBook,
  type CommandEvent,
  type Guards,
  type Rule,
  type RuleEvent,
  type RuleFirings,
} from '@flightdeck/domain';
import type { EventStore, StoredEvent } from '@flightdeck/event-store';
import { decodeEvent, readStream } from '@flightdeck/ledger';
import { ruleResponse } from '../rules/rule-dto.js';

type Issued = Extract<CommandEvent, { type: 'CommandIssued' }>['data'];

interface Record {
  readonly stored: StoredEvent;
  readonly issued: Issued;
  /** What the campaign's commands were just before. */
  readonly before: CommandBook;
}

/**
 * Why a command was issued, from the ledger alone: the decision as it was recorded, the rule's revision as it was then, and the
 * same decision made once more from both. Undefined when the campaign has no such command.
 */
export async function explain(
  store: EventStore,
  campaignId: string,
  commandId: string,
): Promise<ExplanationResponse | undefined> {
  const record = await find(store, STREAM.command(campaignId), commandId);
  if (record === undefined) return undefined;
  const { issued, stored, before } = record;
  const rule = await ruleAt(store, issued.ruleId, issued.ruleRevision);
  const { byHand } = issued;
  const fired = rule !== undefined && byHand === undefined;
  return {
    commandId,
    sentence: issued.reason,
    decidedAt: issued.issuedAt,
    cause: { ...issued.cause },
    recordedAt: { stream: stored.stream, revision: stored.revision },
    facts: { ...issued.facts },
    factRanges: Object.fromEntries(Object.keys(issued.facts).map((fact) => [fact, rangeOf(fact, issued)])),
    rule: rule === undefined ? null : ruleResponse(rule),
    conditions: fired ? { ...conditionResults(conditionsOf(rule), recordedFacts(issued.facts)) } : null,
    guards: fired ? guardsConsulted(rule.guards, issued, before.firings.get(issued.ruleId)) : [],
    byHand: byHand === undefined ? null : { ...byHand, reason: byHand.reason ?? null },
    reevaluation: fired ? decidedAgain(rule, issued, before) : null,
  };
}

/** Everything that an event can count. */
const COUNTED =
  CHANGE.impressions |
  CHANGE.views |
  CHANGE.clicks |
  CHANGE.conversions |
  CHANGE.net |
  CHANGE.gross |
  CHANGE.traffic |
  CHANGE.attribution;

function rangeOf(fact: string, { cause }: Issued): ExplanationResponse['factRanges'][string] {
  const changes = changesOf(fact);
  if ((changes & COUNTED) === 0) return null;
  const siblings = (changes & CHANGE.caps) !== 0;
  return { stream: cause.stream, fromRevision: 0, toRevision: cause.revision, siblings };
}

async function find(store: EventStore, stream: string, commandId: string): Promise<Record | undefined> {
  let before = commands.initial;
  for await (const page of readStream(store, stream, 0)) {
    for (const stored of page) {
      const event = decodeEvent<CommandEvent>(stored);
      if (event.type === 'CommandIssued' && event.data.commandId === commandId)
        return { stored, issued: event.data, before };
      before = commands.evolve(before, event);
    }
  }
  return undefined;
}

async function ruleAt(store: EventStore, ruleId: string, revision: number): Promise<Rule | undefined> {
  let rule = rules.initial;
  for await (const page of readStream(store, STREAM.rule(ruleId), 0, revision))
    for (const stored of page) rule = rules.evolve(rule, decodeEvent<RuleEvent>(stored));
  return rule;
}

/** The id is a hash of what the decision was about, so an equal id is an equal decision. */
function decidedAgain(
  rule: Rule,
  issued: Issued,
  before: CommandBook,
): NonNullable<ExplanationResponse['reevaluation']> {
  const { period, day = period, threshold = '', issuedAt: at } = issued;
  const name = firingName(
    issued,
    { period, day, threshold, at },
    rule.guards,
    before.firings.get(rule.ruleId),
  );
  const commandId = commandIdOf(name);
  const matched = compile(conditionsOf(rule))(recordedFacts(issued.facts));
  return { matched, commandId, same: matched && commandId === issued.commandId };
}

function guardsConsulted(
  guards: Guards,
  issued: Issued,
  firings: RuleFirings | undefined,
): GuardConsultedResponse[] {
  const { facts, period, threshold = '' } = issued;
  const day = issued.day ?? period;
  const spent = firings?.spent.includes(`${period} ${threshold}`) ?? false;
  const today = firings?.day === day ? firings.onDay : 0;
  const once = guards.fireOncePer ?? 'day';
  const rows: (GuardConsultedResponse | undefined)[] = [
    {
      guard: 'fireOncePer',
      asked: once,
      saw: { period, firedBefore: spent },
      passed: once === 'none' || !spent,
    },
    asked('cooldownMinutes', guards.cooldownMinutes, { lastFiredAt: firings?.lastAt ?? null }),
    asked('maxPerDay', guards.maxPerDay, { firedToday: today }),
    asked('minSample', guards.minSample, { 'impressions.today': facts['impressions.today'] ?? null }),
    asked('maxLagSeconds', guards.maxLagSeconds, { 'data.lagSeconds': facts['data.lagSeconds'] ?? null }),
    asked('rearmAfterMinutes', guards.rearmAfterMinutes, { firingsBefore: firings?.total ?? 0 }),
    asked('schedule', guards.schedule, { at: issued.issuedAt }),
    asked('evenWhenNotServing', guards.evenWhenNotServing, {
      'campaign.status': facts['campaign.status'] ?? null,
    }),
  ];
  return rows.filter((row) => row !== undefined);
}

/** A command was issued, so each guard that the rule has let it pass; one that was not asked for is left out. */
function asked(guard: string, value: unknown, saw: unknown): GuardConsultedResponse | undefined {
  return value === undefined ? undefined : { guard, asked: value, saw, passed: true };
}
