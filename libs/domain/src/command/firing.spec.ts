import { describe, expect, it } from '@jest/globals';
import { command } from './command.js';
import { issue, outcomes, type Issue } from './testing/issue.js';

/** What each guard promises, as a check that a decider without the guard does not pass. */
const GUARDS: readonly (readonly [string, Issue[], (number | string)[], (asked: Issue) => Issue])[] = [
  [
    'fires once a day and threshold',
    [
      issue('10:00'),
      issue('11:00'),
      issue('12:00', { threshold: 't2' }),
      issue('13:00', { day: '2026-11-23' }),
    ],
    [1, 'AlreadyFired', 1, 1],
    (asked) => ({ ...asked, guards: { ...asked.guards, fireOncePer: 'none' } }),
  ],
  [
    'fires once a flight',
    [
      issue('10:00', { period: 'flight:1', day: '2026-11-22' }),
      issue('11:00', { period: 'flight:1', day: '2026-11-23' }),
      issue('12:00', { period: 'flight:2', day: '2026-11-23' }),
    ],
    [1, 'AlreadyFired', 1],
    (asked) => ({ ...asked, firing: { ...asked.firing, period: asked.firing.day } }),
  ],
  [
    'cools down, over midnight and thresholds too',
    ['10:00', '10:29', '10:30'].map((time) =>
      issue(time, { guards: { cooldownMinutes: 30 }, threshold: time, day: `day of ${time}` }),
    ),
    [1, 'InCooldown', 1],
    (asked) => ({ ...asked, guards: {} }),
  ],
  [
    'cools down for a minute where nothing else holds it',
    ['10:00', '10:00', '10:01'].map((time) => issue(time, { guards: { fireOncePer: 'none' } })),
    [1, 'InCooldown', 1],
    (asked) => ({
      ...asked,
      guards: {},
      firing: { ...asked.firing, threshold: asked.at + String(Math.random()) },
    }),
  ],
  [
    'fires at most so often a day',
    [
      ...['10:00', '10:02', '10:04'].map((time) =>
        issue(time, { guards: { fireOncePer: 'none', maxPerDay: 2 } }),
      ),
      issue('10:06', { guards: { fireOncePer: 'none', maxPerDay: 2 }, day: '2026-11-23' }),
    ],
    [1, 1, 'DailyMaximum', 1],
    (asked) => ({ ...asked, guards: { fireOncePer: 'none' } }),
  ],
  [
    'fires at most so often on a day that a clock set back brings again',
    [
      issue('10:00', { guards: { maxPerDay: 1 } }),
      issue('10:00', { guards: { maxPerDay: 1 }, day: '2026-11-23' }),
      issue('10:00', { guards: { maxPerDay: 1 }, threshold: 't2' }),
    ],
    [1, 1, 'DailyMaximum'],
    (asked) => ({ ...asked, guards: {} }),
  ],
  [
    'counts each rule by itself',
    [issue('10:00'), issue('10:00', { ruleId: 'r2' })],
    [1, 1],
    (asked) => ({ ...asked, proposed: { ...asked.proposed, ruleId: 'r1' } }),
  ],
];

describe('a rule', () => {
  it.each(GUARDS)('%s', (_what, asked, expected) => {
    expect(outcomes(command, ...asked)).toEqual(expected);
  });
  it.each(GUARDS)('%s: caught without that guard', (_what, asked, expected, without) => {
    const broken: typeof command = {
      ...command,
      decide: (one, book) => command.decide(one.type === 'IssueCommand' ? without(one) : one, book),
    };
    expect(outcomes(broken, ...asked)).not.toEqual(expected);
  });
  it('has not fired again after a clock that went back', () => {
    expect(
      outcomes(
        command,
        issue('10:00', { guards: { cooldownMinutes: 5 } }),
        issue('09:00', { guards: { cooldownMinutes: 5 }, threshold: 't2' }),
      ),
    ).toEqual([1, 'InCooldown']);
  });
});
