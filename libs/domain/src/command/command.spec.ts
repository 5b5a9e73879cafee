import { repeatedCommandThatActs, specify } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Guards } from '../rule/rule.js';
import { issue, at, outcomes } from './testing/issue.js';
import {
  CLOSED_KEPT,
  command,
  isOpen,
  OPEN_COMMANDS_MAX,
  RULES_REMEMBERED_MAX,
  type CommandCommand,
  type CommandBook,
} from './command.js';
import { DETAIL_BYTES_MAX } from './detail-size.js';
import type { CommandEvent } from './events.js';
import { SPENT_KEPT } from './firing.js';

const fold = (events: readonly CommandEvent[], from: CommandBook = command.initial) =>
  events.reduce((book, event) => command.evolve(book, event), from);
const eventsOf = (asked: CommandCommand, book: CommandBook): readonly CommandEvent[] => {
  const decision = command.decide(asked, book);
  if (!decision.accepted) throw new Error(decision.rejection.code);
  return decision.events;
};
const ISSUED = eventsOf(issue('10:00'), command.initial);
const ID = ISSUED[0]?.data.commandId ?? '';
const to = { commandId: ID, at: at('10:01') };
const dispatch: CommandCommand = { type: 'RecordDispatched', ...to, bus: 'local', attempts: 1 };
const dispatched: CommandEvent = { type: 'CommandDispatched', data: { ...to, bus: 'local', attempts: 1 } };
const acknowledge: CommandCommand = {
  type: 'AcknowledgeCommand',
  ...to,
  outcome: 'applied',
  actor: 'bidder',
};
const acknowledged: CommandEvent = {
  type: 'CommandAcknowledged',
  data: { ...to, outcome: 'applied', actor: 'bidder' },
};
const expire: CommandCommand = { type: 'ExpireCommand', commandId: ID, at: at('23:59') };
const expired: CommandEvent = { type: 'CommandExpired', data: { commandId: ID, at: at('23:59') } };
const fail: CommandCommand = { type: 'RecordFailed', ...to, bus: 'local', error: 'no', attempts: 3 };
const failed: CommandEvent = {
  type: 'CommandFailed',
  data: { ...to, bus: 'local', error: 'no', attempts: 3 },
};

const { given } = specify(command);

describe('issuing', () => {
  it('numbers commands from 1 without a gap, links the explanation and keeps what it counts by', () => {
    const second = eventsOf(issue('10:05', { ruleId: 'r2' }), fold(ISSUED));
    expect([...ISSUED, ...second].map((event) => event.data)).toMatchObject([
      { sequence: 1, issuedAt: at('10:00'), period: '2026-11-22', day: '2026-11-22', threshold: 't1' },
      { sequence: 2, ruleId: 'r2' },
    ]);
    expect(ISSUED[0]?.data).toMatchObject({ links: { explanation: `/v1/commands/${ID}/explanation` } });
  });
  it('derives the id from rule, revision, campaign, period and threshold, or from the occurrence', () => {
    expect(ID).toBe('id of ["r1",0,"c1","2026-11-22","t1"]');
    const guards: Guards = { fireOncePer: 'none', cooldownMinutes: 1 };
    const first = eventsOf(issue('10:00', { guards }), command.initial);
    const second = eventsOf(issue('10:05', { guards }), fold(first));
    expect([...first, ...second].map((event) => event.data.commandId)).toEqual([
      'id of ["r1",0,"c1","2026-11-22","occurrence 0"]',
      'id of ["r1",0,"c1","2026-11-22","occurrence 1"]',
    ]);
  });
  it('refuses more open commands than anybody answers', () => {
    const many = Array.from({ length: OPEN_COMMANDS_MAX + 1 }, (_, index) =>
      issue('10:00', { ruleId: `r${index}` }),
    );
    const results = outcomes(command, ...many);
    expect(results.slice(0, -1)).toEqual(Array(OPEN_COMMANDS_MAX).fill(1));
    expect(results.at(-1)).toBe('TooManyOpen');
  });
});

describe('a command that no bus would take', () => {
  const withReason = (reason: string) => {
    const asked = issue('10:00');
    return { ...asked, proposed: { ...asked.proposed, reason } };
  };

  it('is not decided, in bytes as they are on the wire', () => {
    const [fits] = eventsOf(withReason(''), command.initial);
    if (fits?.type !== 'CommandIssued') throw new Error('A command was expected.');
    const { period: _, day: __, threshold: ___, ...detail } = fits.data;
    const room = DETAIL_BYTES_MAX - new TextEncoder().encode(JSON.stringify(detail)).length;
    expect(outcomes(command, withReason('x'.repeat(room)))).toEqual([1]);
    expect(outcomes(command, withReason('x'.repeat(room + 1)))).toEqual(['TooLarge']);
    expect(outcomes(command, withReason('ü'.repeat(room / 2 + 1)))).toEqual(['TooLarge']);
    expect(outcomes(command, withReason('🙂'.repeat(room / 4)))).toEqual([1]);
    expect(outcomes(command, withReason('🙂'.repeat(room / 4 + 1)))).toEqual(['TooLarge']);
    expect(outcomes(command, withReason('€'.repeat(room / 3 + 1)))).toEqual(['TooLarge']);
  });
});

describe('sending and answering', () => {
  it('goes issued, dispatched, acknowledged', () => {
    given(...ISSUED)
      .when(dispatch)
      .then(dispatched);
    given(...ISSUED, dispatched)
      .when(acknowledge)
      .then(acknowledged);
  });
  it('does nothing the second time', () => {
    given(...ISSUED, dispatched)
      .when(dispatch)
      .then();
    given(...ISSUED, acknowledged)
      .when(acknowledge)
      .then();
    given(...ISSUED, expired)
      .when(expire)
      .then();
    given(...ISSUED, failed)
      .when(fail)
      .then();
  });
  it('records a dispatch that was answered before it was written down', () =>
    given(...ISSUED, acknowledged)
      .when(dispatch)
      .then(dispatched));
  it('refuses another answer than the first', () =>
    given(...ISSUED, acknowledged)
      .when({ ...acknowledge, outcome: 'rejected' })
      .thenRejected({ code: 'AlreadyAcknowledged', outcome: 'applied' }));
  it('takes an answer that comes late, for it is a fact', () => {
    given(...ISSUED, expired)
      .when(acknowledge)
      .then(acknowledged);
    given(...ISSUED, failed)
      .when(acknowledge)
      .then(acknowledged);
  });
  it('expires when its time has run out, not before, and not once answered', () => {
    given(...ISSUED, dispatched)
      .when({ ...expire, at: at('23:58') })
      .thenRejected({ code: 'NotYetExpired' });
    given(...ISSUED)
      .when(expire)
      .then(expired);
    given(...ISSUED, acknowledged)
      .when(expire)
      .then();
  });
  it('does not fail once it went out', () =>
    given(...ISSUED, dispatched)
      .when(fail)
      .then());
  it('refuses what was never issued', () =>
    given().when(acknowledge).thenRejected({ code: 'UnknownCommand' }));
});

describe('the book', () => {
  it('stays bounded, keeps every open command, and never lets a pair fire twice that can come back', () => {
    let book = command.initial;
    const step = (asked: CommandCommand): void => {
      book = fold(eventsOf(asked, book), book);
    };
    step(issue('09:00', { ruleId: 'never answered' }));
    for (let day = 0; day < CLOSED_KEPT * 3; day += 1) {
      step(issue('10:00', { day: `day ${day}` }));
      step({
        type: 'AcknowledgeCommand',
        commandId: [...book.commands.keys()].at(-1) ?? '',
        outcome: 'applied',
        actor: 'a',
        at: at('10:01'),
      });
    }
    expect(book.commands.size).toBeLessThanOrEqual(OPEN_COMMANDS_MAX + CLOSED_KEPT);
    expect([...book.commands.values()].filter(isOpen)).toHaveLength(1);
    expect(book.firings.get('r1')?.spent).toHaveLength(SPENT_KEPT);
    for (let back = 1; back <= SPENT_KEPT; back += 1) {
      const again = command.decide(issue('11:00', { day: `day ${CLOSED_KEPT * 3 - back}` }), book);
      expect(again).toEqual({ accepted: false, rejection: { code: 'AlreadyFired' } });
    }
  });
  it('forgets the longest silent rule first', () => {
    let book = command.initial;
    for (let rule = 0; rule <= RULES_REMEMBERED_MAX; rule += 1) {
      const events = eventsOf(issue('10:00', { ruleId: `r${rule}` }), { ...book, commands: new Map() });
      book = fold(events, { ...book, commands: new Map() });
    }
    expect(book.firings.size).toBe(RULES_REMEMBERED_MAX);
    expect(book.firings.has('r0')).toBe(false);
  });
  it('makes nothing of a repeated command', () => {
    const ids = ['r1', 'r2'].map(
      (ruleId) => eventsOf(issue('10:00', { ruleId }), command.initial)[0]?.data.commandId ?? '',
    );
    const one = fc.oneof(
      fc
        .record({
          ruleId: fc.constantFrom('r1', 'r2'),
          minute: fc.integer({ min: 10, max: 59 }),
          once: fc.constantFrom('day', 'none'),
        })
        .map(({ ruleId, minute, once }) => issue(`10:${minute}`, { ruleId, guards: { fireOncePer: once } })),
      fc
        .record({
          commandId: fc.constantFrom(...ids),
          asked: fc.constantFrom(
            dispatch,
            acknowledge,
            { ...acknowledge, outcome: 'rejected' as const },
            expire,
            fail,
          ),
        })
        .map(({ commandId, asked }) => ({ ...asked, commandId })),
    );
    const check = (decider: typeof command) =>
      fc.check(
        fc.property(fc.array(one), (list) => repeatedCommandThatActs(decider, list) === undefined),
        { numRuns: 500, seed: 1 },
      );
    expect(check(command).failed).toBe(false);
    const forgetful: typeof command = {
      ...command,
      evolve: (book, event) => ({
        ...command.evolve(book, event),
        firings: new Map(),
        commands: book.commands,
      }),
    };
    expect(check(forgetful).failed).toBe(true);
  });
});
