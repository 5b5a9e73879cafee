import { STREAM, type PageQuery, type RuleHistoryResponse } from '@flightdeck/contracts';
import { changesBetween, rule as decider, type Rule, type RuleEvent } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent, readStream } from '@flightdeck/ledger';
import { decodeCursor, encodeCursor } from '@flightdeck/platform';
import { ruleResponse } from './rule-dto.js';

/** A rule's facts, newest first, with who, when and why, and with what each changed; undefined for a rule that does not exist. */
export async function ruleHistory(
  store: EventStore,
  ruleId: string,
  { cursor, limit }: PageQuery,
): Promise<RuleHistoryResponse | undefined> {
  const upTo = cursor === undefined ? Infinity : decodeCursor(cursor, revisionOf);
  // A difference needs what was before, so the stream is folded from its start; a rule has few revisions.
  const items: RuleHistoryResponse['items'] = [];
  let rule: Rule | undefined;
  for await (const page of readStream(store, STREAM.rule(ruleId), 0)) {
    for (const stored of page) {
      if (stored.revision > upTo) break;
      const event = decodeEvent<RuleEvent>(stored);
      const next = decider.evolve(rule, event);
      items.push(told(event, stored.revision, rule, next));
      if (items.length > limit) items.shift();
      rule = next;
    }
  }
  const oldest = items[0]?.revision;
  if (oldest === undefined && cursor === undefined) return undefined;
  return {
    items: items.reverse(),
    next: oldest === undefined || oldest === 0 ? null : encodeCursor(oldest - 1),
  };
}

function told(
  { type, data }: RuleEvent,
  revision: number,
  before: Rule | undefined,
  after: Rule | undefined,
): RuleHistoryResponse['items'][number] {
  const { actor, at, reason, ...rest } = data;
  const changes = before === undefined ? [] : changesBetween(compared(before), compared(after));
  return {
    ...{ revision, type, at, actor, data: { ...rest } },
    ...(reason === undefined ? {} : { reason }),
    changes: changes.map((change) => ({ ...change })),
  };
}

/** What a reviewer compares: what was written and what it was made to be, without who and which revision. */
function compared(rule: Rule | undefined): unknown {
  if (rule === undefined) return {};
  const told = ruleResponse(rule);
  const { revision: _1, author: _2, authorPerson: _3, hash: _4, submission: _5, ...rest } = told;
  return rest;
}

function revisionOf(place: unknown): number | undefined {
  return typeof place === 'number' && Number.isSafeInteger(place) && place >= 0 ? place : undefined;
}
