import type { VerdictResponse } from '@flightdeck/contracts';
import { pick, type RuleVerdict, type Situation, type Verdict } from '@flightdeck/domain';

/** A verdict as the API tells it. */
export function verdictResponse({ prepared, verdict }: RuleVerdict, { facts }: Situation): VerdictResponse {
  return {
    kind: verdict.kind,
    why: whyOf(verdict),
    facts: { ...pick(facts, prepared.facts) },
    command: commandOf(verdict),
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
