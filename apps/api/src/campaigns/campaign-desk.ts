import { STREAM } from '@flightdeck/contracts';
import { campaign as decider, type Campaign, type CampaignCommand } from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import type { DirectoryEntry } from '@flightdeck/ledger';
import { decide, inOrder } from '../http/decide.js';
import { rejectionProblem, staleProblem } from '../http/rejection.js';

export interface CampaignChange {
  readonly campaignId: string;
  readonly commands: readonly [CampaignCommand, ...(readonly CampaignCommand[])];
  readonly expected: number | 'any';
  readonly idempotencyKey: string | undefined;
}

/** Where campaigns are changed: every fact of one change, or none. */
export class CampaignDesk {
  private readonly decider = inOrder(decider);

  constructor(private readonly store: EventStore) {}

  /** The campaign after the change. @throws {ProblemException} when the business, or somebody quicker, says no. */
  async change(change: CampaignChange): Promise<DirectoryEntry & { readonly changed: boolean }> {
    const stream = STREAM.campaign(change.campaignId);
    const { commands, expected, idempotencyKey } = change;
    const { actor } = commands[0];
    const changed = await decide({
      ...{ store: this.store, stream, decider: this.decider, command: commands },
      ...{ actor, expected, idempotencyKey },
    });
    if (changed.ok)
      return { campaign: registered(changed.state), revision: changed.revision, changed: changed.changed };
    throw 'rejection' in changed
      ? rejectionProblem(changed.rejection)
      : staleProblem(expected, changed.staleAt);
  }
}

function registered(campaign: Campaign | undefined): Campaign {
  if (campaign === undefined) throw new Error('A campaign that was changed is not registered.');
  return campaign;
}
