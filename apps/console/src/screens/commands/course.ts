import type { Command } from '../../api/generated/types.gen';

/** A step of a command from its order to its answer. */
export interface Step {
  readonly label: string;
  /** When; undefined while it has not come, or when nobody recorded the moment. */
  readonly at: string | undefined;
  readonly note: string | undefined;
  readonly tone: 'good' | 'warn' | 'bad' | 'none';
  readonly isReached: boolean;
}

/** What became of a command, step by step; what it waits for stands last. */
export function courseOf(command: Command): readonly Step[] {
  const { issuedAt, state, stateAt, dispatches, bus, error, acknowledgement, expiresAt } = command;
  const silence = silenceOf(command);
  const isSent = dispatches > 0 && state !== 'failed';
  const issued: Step = { label: 'Issued', at: issuedAt, note: command.ruleId, tone: 'good', isReached: true };
  const sent: Step = {
    label: 'Sent',
    at: state === 'dispatched' ? stateAt : undefined,
    note: isSent ? `over ${bus ?? 'the bus'}, ${dispatches} ×` : undefined,
    tone: isSent ? 'good' : 'none',
    isReached: isSent,
  };
  switch (state) {
    case 'failed':
      return [
        issued,
        { label: 'Failed', at: stateAt, note: error ?? undefined, tone: 'bad', isReached: true },
      ];
    case 'expired':
      return [
        issued,
        sent,
        ...silence,
        { label: 'Expired', at: stateAt, note: 'nobody answered', tone: 'warn', isReached: true },
      ];
    case 'acknowledged': {
      const outcome = acknowledgement?.outcome ?? 'applied';
      const by =
        acknowledgement === null ? [] : [`by ${acknowledgement.actor}`, acknowledgement.detail ?? ''];
      const note = by.filter((text) => text !== '').join(': ');
      return [
        issued,
        sent,
        ...silence,
        {
          label: `Answered: ${outcome}`,
          at: stateAt,
          note,
          tone: outcome === 'applied' ? 'good' : 'warn',
          isReached: true,
        },
      ];
    }
    case 'issued':
    case 'dispatched':
      return [
        issued,
        sent,
        ...silence,
        { label: 'Answer', at: undefined, note: `expires ${expiresAt}`, tone: 'none', isReached: false },
      ];
  }
}

/** The alert that nobody had answered in time, if it was raised. */
function silenceOf({ unacknowledgedAt }: Command): readonly Step[] {
  if (unacknowledgedAt === null) return [];
  const note = 'an alert was raised';
  return [{ label: 'No answer in time', at: unacknowledgedAt, note, tone: 'bad', isReached: true }];
}

/** The alert was raised, and still nobody has answered. */
export function isUnanswered({ state, unacknowledgedAt }: Command): boolean {
  return state === 'dispatched' && unacknowledgedAt !== null;
}
