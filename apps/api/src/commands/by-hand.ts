import {
  EXPIRES_AFTER_MS,
  formatInstant,
  inverseOf,
  type CommandDetail,
  type Inverse,
  type ProposedCommand,
} from '@flightdeck/domain';

/** Who orders it, and why. */
export interface Orderer {
  readonly actor: string;
  readonly reason?: string;
}

/** The order that takes a command back; undefined when there is nothing to take back. */
export function undoOf(original: CommandDetail, by: Orderer, nowMs: number): ProposedCommand | undefined {
  const inverse = inverseOf(original);
  return inverse === undefined
    ? undefined
    : proposedBy(original, inverse, said('Undoes', original, by), nowMs);
}

/** The same order once more, with a new time to answer in. */
export function redriveOf(original: CommandDetail, by: Orderer, nowMs: number): ProposedCommand {
  return proposedBy(original, original, said('Repeats', original, by), nowMs);
}

function proposedBy(
  original: CommandDetail,
  { command, params }: Inverse,
  reason: string,
  nowMs: number,
): ProposedCommand {
  const { campaignId, advertiserId, ruleId, ruleRevision, severity, facts, cause } = original;
  return {
    ...{ command, campaignId, advertiserId, ruleId, ruleRevision, severity, facts, params, cause, reason },
    expiresAt: formatInstant(nowMs + EXPIRES_AFTER_MS),
  };
}

function said(verb: string, { command, sequence }: CommandDetail, { actor, reason }: Orderer): string {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${verb} ${command} ${sequence} of this campaign, ordered by ${actor}${why}`;
}
