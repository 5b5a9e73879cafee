import type { CampaignRulesResponse, VerdictResponse } from '@flightdeck/contracts';
import { pick, type RuleVerdict, type Situation, type Verdict } from '@flightdeck/domain';
import type { LastDecision } from './last-decisions.js';

/** A verdict as the API tells it. */
export function verdictResponse({ prepared, verdict }: RuleVerdict, { facts }: Situation): VerdictResponse {
  return {
    kind: verdict.kind,
    why: whyOf(verdict),
    facts: { ...pick(facts, prepared.facts) },
    command: commandOf(verdict),
  };
}

type Last = Pick<CampaignRulesResponse['items'][number], 'lastMatchedAt' | 'lastSuppressed' | 'lastBlindAt'>;

/** What the rule last did beside firing. Instants of the ledger are UTC and of one length, so the latest is the greatest. */
export function lastResponse(last: LastDecision | undefined, firedAt: string | undefined): Last {
  const { shadowAt, suppressedAt, suppressedWhy, blindAt } = last ?? {};
  const matched = [firedAt, shadowAt, suppressedAt].filter((at) => at !== undefined).sort();
  return {
    lastMatchedAt: matched.at(-1) ?? null,
    lastSuppressed: suppressedAt === undefined ? null : { at: suppressedAt, why: suppressedWhy ?? '' },
    lastBlindAt: blindAt ?? null,
  };
}

function whyOf(verdict: Verdict): string | null {
  switch (verdict.kind) {
    case 'skipped':
      return verdict.why;
    case 'suppressed':
      return `lost-to ${verdict.by.ruleId}`;
    case 'failed':
      return String(verdict.error);
    case 'fires':
    case 'not-matched':
      return null;
  }
}

function commandOf(verdict: Verdict): VerdictResponse['command'] {
  if (verdict.kind !== 'fires' && verdict.kind !== 'suppressed') return null;
  const { command, params, reason } = verdict.proposed;
  return { command, params: { ...params }, reason };
}
