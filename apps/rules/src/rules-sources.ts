import { PREFIX } from '@flightdeck/contracts';
import type { EventStore } from '@flightdeck/event-store';
import type { Outbox } from './dispatch/outbox.js';
import type { RuleBook } from './rule-book/rule-book.js';
import { OUTBOX_PATTERN, RULE_BOOK_PATTERN, type RulesSources } from './tokens.js';

/** The streams that the rules follow, each from where its fold has come to. */
export function rulesSources(store: EventStore, book: RuleBook, outbox: Outbox): RulesSources {
  return [
    {
      pattern: RULE_BOOK_PATTERN,
      open: (signal) => store.follow({ prefix: PREFIX.rule }, book.position, signal),
    },
    {
      pattern: OUTBOX_PATTERN,
      open: (signal) => store.follow({ prefix: PREFIX.command }, outbox.position, signal),
    },
  ];
}
