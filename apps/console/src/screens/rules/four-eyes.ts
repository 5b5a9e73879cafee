import type { Me, Rule } from '../../api/generated/types.gen';

/** Why somebody who may approve cannot approve this submission, in words for them; undefined when they can. The server judges it anew. */
export function whyNotApprove(
  { author, authorPerson, submission }: Pick<Rule, 'author' | 'authorPerson' | 'submission'>,
  me: Pick<Me, 'id' | 'person'>,
  nowMs: number,
): string | undefined {
  if (submission === null) return 'It was not submitted.';
  if (Date.parse(submission.expiresAt) <= nowMs)
    return 'It waited too long: its author has to submit it again.';
  if (
    me.id === author ||
    me.id === submission.actor ||
    [authorPerson, submission.person].includes(me.person ?? '')
  )
    return me.id === author || me.person === authorPerson
      ? 'You wrote it: another person has to approve it.'
      : 'You submitted it: another person has to approve it.';
  if (me.person === null)
    return 'Your key names no person, and four eyes are two persons: sign in with a key that names you.';
  if (authorPerson === null || submission.person === null)
    return 'The key of its author names no person, so nobody can tell whether you are another. It has to be written and submitted with a key that names somebody.';
  return undefined;
}
