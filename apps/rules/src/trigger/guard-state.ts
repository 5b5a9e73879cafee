import type { GuardState } from '@flightdeck/domain';
import type { CommandDesk } from '../desk/command-desk.js';
import type { DecisionDesk } from '../desk/decision-desk.js';
import type { ActiveRule } from '../rule-book/active-rule.js';

export interface Desks {
  readonly desk: CommandDesk;
  readonly decisions: DecisionDesk;
}

/** What this process knows of a campaign's guards. What it does not know yet, the desks find out when they decide. */
export function guardStateOf({ desk, decisions }: Desks, campaignId: string): GuardState {
  const commands = desk.peek(campaignId);
  const decided = decisions.peek(campaignId);
  return {
    firings: ({ ruleId, mode }) =>
      mode === 'shadow' ? decided?.get(ruleId)?.firings : commands?.firings.get(ruleId),
    rearmedAfter: ({ ruleId }) => decided?.get(ruleId)?.rearmedAfter,
  };
}

/** Hysteresis and shadow rules are decided from both books, so both are read before such a rule is first evaluated. */
export async function readBooks(
  { desk, decisions }: Desks,
  targets: readonly { readonly campaignId: string; readonly rules: readonly ActiveRule[] }[],
): Promise<void> {
  const unread = targets.filter(
    ({ campaignId, rules }) =>
      (desk.peek(campaignId) === undefined || decisions.peek(campaignId) === undefined) &&
      rules.some(({ rule }) => rule.mode === 'shadow' || rule.guards.rearmAfterMinutes !== undefined),
  );
  await Promise.all(unread.flatMap(({ campaignId }) => [desk.read(campaignId), decisions.read(campaignId)]));
}
