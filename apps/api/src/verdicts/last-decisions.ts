import { STREAM } from '@flightdeck/contracts';
import type { DecisionEvent } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { foldStream } from '@flightdeck/ledger';

/** What a rule last decided for a campaign without ordering anything; each absent until it happens. */
export interface LastDecision {
  readonly shadowAt?: string;
  readonly suppressedAt?: string;
  readonly suppressedWhy?: string;
  readonly blindAt?: string;
}

type ByRule = ReadonlyMap<string, LastDecision>;

/** By rule, from the campaign's whole `decision-*` stream: as many as there ever were rules in it. */
export function lastDecisions(store: EventStore, campaignId: string): Promise<ByRule> {
  return foldStream<DecisionEvent, ByRule>(store, STREAM.decision(campaignId), {
    initial: new Map(),
    evolve: (known, event) => {
      const { ruleId } = event.data;
      return new Map(known).set(ruleId, { ...known.get(ruleId), ...told(event) });
    },
  });
}

function told({ type, data }: DecisionEvent): LastDecision {
  switch (type) {
    case 'ShadowDecided':
      return { shadowAt: data.at };
    case 'CommandSuppressed':
      return { suppressedAt: data.at, suppressedWhy: data.why };
    case 'RuleWentBlind':
      return { blindAt: data.at };
    case 'RuleRearmed':
      return {};
  }
}
