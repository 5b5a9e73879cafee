import { describe, expect, it } from '@jest/globals';
import type { Command } from '../../api/generated/types.gen';
import { courseOf, isUnanswered } from './course';

const AT = '2026-11-26T10:00:00.000Z';
const base = {
  ...{ issuedAt: AT, stateAt: AT, expiresAt: AT, ruleId: 'r1', dispatches: 0, bus: null, error: null },
  ...{ acknowledgement: null, unacknowledgedAt: null },
};
const command = (changed: object): Command => ({ ...base, ...changed }) as unknown as Command;
const labels = (changed: object) =>
  courseOf(command(changed)).map(({ label, isReached }) => `${isReached ? '' : '? '}${label}`);
const acknowledgement = { outcome: 'applied', detail: null, actor: 'ads', at: AT };

describe('the course of a command', () => {
  it.each([
    ['issued', {}, ['Issued', '? Sent', '? Answer']],
    ['dispatched', { dispatches: 1, bus: 'sqs' }, ['Issued', 'Sent', '? Answer']],
    ['acknowledged', { dispatches: 1, acknowledgement }, ['Issued', 'Sent', 'Answered: applied']],
    [
      'dispatched',
      { dispatches: 1, unacknowledgedAt: AT },
      ['Issued', 'Sent', 'No answer in time', '? Answer'],
    ],
    ['expired', { dispatches: 2 }, ['Issued', 'Sent', 'Expired']],
    ['failed', { dispatches: 5, error: 'no such queue' }, ['Issued', 'Failed']],
  ])('of one that is %s', (state, changed, expected) => {
    expect(labels({ state, ...changed })).toEqual(expected);
  });

  it('worries about an answer that is not what was ordered', () => {
    const rejected = { ...acknowledgement, outcome: 'rejected', detail: 'It is locked.' };
    const answer = courseOf(command({ state: 'acknowledged', acknowledgement: rejected })).at(-1);
    expect(answer).toMatchObject({ tone: 'warn', note: 'by ads: It is locked.' });
  });

  it('worries about silence until somebody answers', () => {
    const silent = { dispatches: 1, unacknowledgedAt: AT };
    expect(isUnanswered(command({ state: 'dispatched', ...silent }))).toBe(true);
    expect(isUnanswered(command({ state: 'dispatched', dispatches: 1 }))).toBe(false);
    expect(isUnanswered(command({ state: 'acknowledged', ...silent, acknowledgement }))).toBe(false);
  });

  it('would be seen to take a command that was sent for one that was answered (planted)', () => {
    const hopeful = (steps: readonly string[]) => steps.map((step) => step.replace('? ', ''));
    expect(hopeful(labels({ state: 'dispatched', dispatches: 1 }))).not.toEqual(
      labels({ state: 'dispatched', dispatches: 1 }),
    );
  });
});
