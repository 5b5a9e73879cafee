import { specify } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { acknowledgeByMs } from './acknowledge-by.js';
import { command, isOpen, type CommandBook, type CommandCommand } from './command.js';
import type { CommandEvent } from './events.js';
import { at, issue } from './testing/issue.js';

const eventsOf = (asked: CommandCommand, book: CommandBook): readonly CommandEvent[] => {
  const decision = command.decide(asked, book);
  return decision.accepted ? decision.events : [];
};
const ISSUED = eventsOf(issue('10:00'), command.initial);
const ID = ISSUED[0]?.data.commandId ?? '';
const WITHIN_MS = 2 * 60_000;
const dispatched: CommandEvent = {
  type: 'CommandDispatched',
  data: { commandId: ID, at: at('10:01'), bus: 'local', attempts: 1 },
};
const acknowledged: CommandEvent = {
  type: 'CommandAcknowledged',
  data: { commandId: ID, at: at('10:02'), outcome: 'applied', actor: 'bidder' },
};
const raise = (time: string): CommandCommand => ({
  ...{ type: 'RaiseUnacknowledged', commandId: ID, at: at(time), withinMs: WITHIN_MS },
});
const raised = (time: string): CommandEvent => ({
  type: 'CommandUnacknowledged',
  data: {
    ...{ commandId: ID, at: at(time), command: 'PauseCampaign', severity: 'critical', ruleId: 'r1' },
    ...{ dispatchedAt: at('10:01'), expiresAt: at('23:59') },
  },
});
const expire: CommandCommand = { type: 'ExpireCommand', commandId: ID, at: at('23:59') };
const expired: CommandEvent = { type: 'CommandExpired', data: { commandId: ID, at: at('23:59') } };
const { given } = specify(command);

describe('a command that nobody answers', () => {
  it('is an alert once its time to be answered is over, and not before', () => {
    given(...ISSUED, dispatched)
      .when(raise('10:02'))
      .thenRejected({ code: 'NotYetOverdue' });
    given(...ISSUED, dispatched)
      .when(raise('10:03'))
      .then(raised('10:03'));
  });
  it('is one alert, however often it is looked at', () =>
    given(...ISSUED, dispatched, raised('10:03'))
      .when(raise('10:04'))
      .then());
  it('is none when the answer came first, of the same moment too', () =>
    given(...ISSUED, dispatched, { ...acknowledged, data: { ...acknowledged.data, at: at('10:03') } })
      .when(raise('10:03'))
      .then());
  it('is none before it went out: nobody could answer', () =>
    given(...ISSUED)
      .when(raise('23:58'))
      .thenRejected({ code: 'NotYetOverdue' }));
  it('is none once it expired or failed', () => {
    given(...ISSUED, dispatched, raised('10:03'), expired)
      .when(raise('23:59'))
      .then();
    given(...ISSUED, { type: 'CommandFailed', data: { ...dispatched.data, error: 'no' } })
      .when(raise('10:05'))
      .then();
  });
  it('still takes the answer', () =>
    given(...ISSUED, dispatched, raised('10:03'))
      .when({ type: 'AcknowledgeCommand', ...acknowledged.data })
      .then(acknowledged));
  it('is an alert before it is written off, even if nobody looked in between', () => {
    given(...ISSUED, dispatched)
      .when(expire)
      .then(raised('23:59'), expired);
    given(...ISSUED, dispatched, raised('10:03'))
      .when(expire)
      .then(expired);
    given(...ISSUED)
      .when(expire)
      .then(expired);
  });
  it('has until halfway to its expiry when it went out late', () => {
    const sent = Date.parse(at('10:00'));
    expect(acknowledgeByMs({ dispatchedAt: at('10:00'), expiresAt: at('10:15') }, WITHIN_MS)).toBe(
      sent + WITHIN_MS,
    );
    expect(acknowledgeByMs({ dispatchedAt: at('10:00'), expiresAt: at('10:02') }, WITHIN_MS)).toBe(
      sent + 60_000,
    );
    expect(acknowledgeByMs({ expiresAt: at('10:15') }, WITHIN_MS)).toBe(Infinity);
  });
});

describe('over random histories', () => {
  const SENT_MS = Date.parse(at('10:00'));
  const time = (second: number): string => new Date(SENT_MS + second * 1_000).toISOString();
  const EXPIRES_S = 900;
  const happening = fc.record({
    afterS: fc.constantFrom(-30, 0, 1, 59, 60, 119, 120, 400),
    kind: fc.constantFrom('dispatch', 'raise', 'raise', 'raise', 'acknowledge', 'expire'),
  });
  const order = (kind: string, now: string): CommandCommand => {
    const to = { commandId: ID, at: now };
    if (kind === 'dispatch') return { type: 'RecordDispatched', ...to, bus: 'local', attempts: 1 };
    if (kind === 'raise') return { type: 'RaiseUnacknowledged', ...to, withinMs: WITHIN_MS };
    if (kind === 'expire') return { type: 'ExpireCommand', ...to };
    return { type: 'AcknowledgeCommand', ...to, outcome: 'applied', actor: 'bidder' };
  };
  const asked = issue('10:00');
  const first = eventsOf(
    { ...asked, proposed: { ...asked.proposed, expiresAt: time(EXPIRES_S) } },
    command.initial,
  );

  /** Says what is wrong with the history that a decider makes of the happenings, from the events alone. */
  const wrongWith = (
    decider: typeof command,
    list: readonly { readonly afterS: number; readonly kind: string }[],
  ): string | undefined => {
    let book = first.reduce((state, event) => decider.evolve(state, event), decider.initial);
    let second = 0;
    const made: { readonly type: string; readonly second: number }[] = [];
    for (const { afterS, kind } of list) {
      second = Math.max(0, second + afterS);
      const decision = decider.decide(order(kind, time(second)), book);
      if (!decision.accepted) continue;
      for (const event of decision.events) {
        made.push({ type: event.type, second });
        book = decider.evolve(book, event);
      }
    }
    const types = made.map(({ type }) => type);
    const alerts = types.filter((type) => type === 'CommandUnacknowledged').length;
    const sent = made.find(({ type }) => type === 'CommandDispatched');
    const alert = types.indexOf('CommandUnacknowledged');
    const end = types.findIndex((type) => type === 'CommandAcknowledged' || type === 'CommandExpired');
    if (alerts > 1) return 'raised twice';
    if (alert >= 0 && end >= 0 && alert > end) return 'raised after its end';
    if (alert >= 0 && (sent === undefined || sent.second > (made[alert]?.second ?? 0)))
      return 'raised before it went out';
    const isSent = types.indexOf('CommandDispatched') >= 0;
    const isSentFirst = types.indexOf('CommandDispatched') < types.indexOf('CommandExpired');
    if (isSent && types.includes('CommandExpired') && isSentFirst && alerts === 0)
      return 'written off in silence';
    const open = [...book.commands.values()].filter(isOpen).length;
    return open > 1 ? 'more than one' : undefined;
  };
  const check = (decider: typeof command) =>
    fc.check(
      fc.property(fc.array(happening, { maxLength: 30 }), (list) => wrongWith(decider, list) === undefined),
      { numRuns: 2_000, seed: 5 },
    );

  it('raises at most once, while it is open, and never writes off in silence', () => {
    expect(check(command).failed).toBe(false);
  });
  it('would be seen to raise twice, or after the answer (planted)', () => {
    const forgetful: typeof command = {
      ...command,
      evolve: (book, event) => (event.type === 'CommandUnacknowledged' ? book : command.evolve(book, event)),
    };
    const deaf: typeof command = {
      ...command,
      evolve: (book, event) => (event.type === 'CommandAcknowledged' ? book : command.evolve(book, event)),
    };
    const silent: typeof command = {
      ...command,
      decide: (one, book) => {
        const decision = command.decide(one, book);
        if (!decision.accepted || one.type !== 'ExpireCommand') return decision;
        return { ...decision, events: decision.events.filter(({ type }) => type === 'CommandExpired') };
      },
    };
    expect([forgetful, deaf, silent].map((one) => check(one).failed)).toEqual([true, true, true]);
  });
});
