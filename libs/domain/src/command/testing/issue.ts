import type { Guards } from '../../rule/rule.js';
import { command, type CommandCommand } from '../command.js';

export type Issue = Extract<CommandCommand, { type: 'IssueCommand' }>;

/** On a day of November 2026. */
export const at = (time: string, day = 22) => `2026-11-${day}T${time}:00.000Z`;
/** An order to pause c1, in one or other respect different. */
export const issue = (
  time: string,
  change: { guards?: Guards; ruleId?: string; threshold?: string; period?: string; day?: string } = {},
): Issue => {
  const { guards = {}, ruleId = 'r1', threshold = 't1', day = '2026-11-22', period = day } = change;
  return {
    type: 'IssueCommand',
    at: at(time),
    proposed: {
      ...{
        command: 'PauseCampaign',
        campaignId: 'c1',
        advertiserId: 'adv1',
        expiresAt: at('23:59'),
        ruleId,
        ruleRevision: 0,
      },
      ...{
        severity: 'critical',
        reason: 'Enough.',
        facts: {},
        params: {},
        cause: { stream: 'ads-00', revision: 1 },
      },
    },
    firing: { period, day, threshold },
    guards,
    derive: (name) => `id of ${name}`,
  };
};

/** Issues each in turn, and answers what became of it. */
export const outcomes = (decider: typeof command, ...asked: readonly Issue[]) => {
  let book = decider.initial;
  return asked.map((one) => {
    const decision = decider.decide(one, book);
    if (!decision.accepted) return decision.rejection.code;
    book = decision.events.reduce((folded, event) => decider.evolve(folded, event), book);
    return decision.events.length;
  });
};
