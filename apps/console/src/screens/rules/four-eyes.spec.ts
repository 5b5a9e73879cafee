import { describe, expect, it } from '@jest/globals';
import { whyNotApprove } from './four-eyes';

const NOW_MS = Date.parse('2026-11-26T10:00:00Z');
const LATER = '2026-11-27T10:00:00Z';
const submission = { actor: 'key-2', person: 'Sam', wanted: 'active', hash: 'h', expiresAt: LATER } as const;
const rule = { author: 'key-1', authorPerson: 'Mara', submission };
const otto = { id: 'key-9', person: 'Otto' };

describe('why somebody cannot approve', () => {
  it('is nothing for another person', () => expect(whyNotApprove(rule, otto, NOW_MS)).toBeUndefined());

  it.each([
    ['wrote it', rule, { id: 'key-1', person: 'Mara' }, /^You wrote it/u],
    ['wrote it with another key', rule, { id: 'key-8', person: 'Mara' }, /^You wrote it/u],
    ['submitted it', rule, { id: 'key-2', person: 'Sam' }, /^You submitted it/u],
    ['is nobody by name', rule, { id: 'key-9', person: null }, /^Your key names no person/u],
    ['cannot be told from the author', { ...rule, authorPerson: null }, otto, /^The key of its author/u],
    [
      'comes too late',
      { ...rule, submission: { ...submission, expiresAt: '2026-11-26T09:00:00Z' } },
      otto,
      /too long/u,
    ],
    ['is not asked', { ...rule, submission: null }, otto, /not submitted/u],
  ])('is said to whoever %s', (_, of, me, why) => expect(whyNotApprove(of, me, NOW_MS)).toMatch(why));

  it('would be seen to compare keys instead of persons (planted)', () => {
    const byKey = (me: { readonly id: string }) => me.id !== rule.author && me.id !== submission.actor;
    const secondKeyOfMara = { id: 'key-8', person: 'Mara' };
    expect(byKey(secondKeyOfMara)).not.toBe(whyNotApprove(rule, secondKeyOfMara, NOW_MS) === undefined);
  });
});
