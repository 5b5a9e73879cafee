import { leverOf, type PreparedRule, type QuietCampaign } from '@flightdeck/domain';

/**
 * The rules to evaluate of those that are asked for: all that are not quiet. A rule that is not asked for can still govern the
 * campaign, so those that pull the same lever are looked at together, unless their conditions are known not to hold.
 */
export function dueRules<R extends PreparedRule>(
  quiet: QuietCampaign<R>,
  isAsked: (rule: R) => boolean,
): readonly R[] {
  const { rules } = quiet;
  const isDue = (rule: R, at: number): boolean => quiet.isOpen(at) && isAsked(rule);
  const due = rules.filter(isDue);
  if (due.length === 0 || due.length === rules.length) return due;
  const levers = new Set(due.map(({ rule }) => leverOf(rule)));
  levers.delete(undefined);
  if (levers.size === 0) return due;
  return rules.filter(
    (one, at) => isDue(one, at) || (!quiet.isUnmatched(at) && levers.has(leverOf(one.rule))),
  );
}
