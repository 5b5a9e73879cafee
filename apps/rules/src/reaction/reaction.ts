import { STREAM } from '@flightdeck/contracts';
import {
  campaign as campaignDecider,
  type CampaignCommand,
  type CommandDetail,
  type CommandEvent,
} from '@flightdeck/domain';
import type { EventStore } from '@flightdeck/event-store';
import { decodeEvent, handleCommand, readStream, type CampaignDirectory } from '@flightdeck/ledger';
import { randomUUID } from 'node:crypto';
import { detailOf, type Acknowledged } from '../dispatch/outbox.js';

/** Tries against other changes of the campaign before the whole batch is tried again. */
export const ATTEMPTS_MAX = 10;

export interface ReactionDeps {
  readonly store: EventStore;
  readonly directory: Pick<CampaignDirectory, 'get' | 'caughtUp'>;
  /** Told of an acknowledgement that changes nothing because the campaign refuses it, with why. */
  readonly onRefused: (commandId: string, code: string) => void;
}

/**
 * Closes the loop: what a campaign system says it has applied becomes a fact of the campaign. The fact is made once however
 * often the acknowledgement is read: its id follows from the command, and one that is older than a later change is ignored.
 * @throws whatever the store throws; reacting again is harmless.
 */
export async function react(deps: ReactionDeps, { campaignId, event, detail }: Acknowledged): Promise<void> {
  if (event.data.outcome !== 'applied') return;
  const applied = detail ?? (await findIssued(deps.store, campaignId, event.data.commandId));
  if (applied !== undefined && CHANGING.has(applied.command)) await change(deps, applied, event.data);
}

/** Commands whose application changes the campaign itself. Bids and notifications are the campaign system's own affair. */
const CHANGING: ReadonlySet<string> = new Set(['PauseCampaign', 'ResumeCampaign', 'AdjustDailyBudget']);

type Acknowledgement = Acknowledged['event']['data'];

async function change(
  { store, directory, onRefused }: ReactionDeps,
  applied: CommandDetail,
  said: Acknowledgement,
): Promise<void> {
  const context = { store, decider: campaignDecider, newId: randomUUID };
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const entry = directory.get(applied.campaignId);
    if (entry === undefined) {
      onRefused(applied.commandId, 'NotRegistered');
      return;
    }
    const order = orderOf(applied, said, entry.campaign.budget);
    const result = await handleCommand(context, STREAM.campaign(applied.campaignId), order, {
      expected: entry.revision, // a budget is changed on what it is, not on what it was
      idempotencyKey: applied.commandId,
      metadata: { actor: said.actor },
    });
    if (result.ok) return;
    const { code } = result.rejection;
    if (code !== 'RevisionMismatch' && code !== 'Busy') {
      onRefused(applied.commandId, code);
      return;
    }
    await directory.caughtUp();
  }
  throw new Error(
    `${STREAM.campaign(applied.campaignId)} changed under ${ATTEMPTS_MAX} attempts to change it.`,
  );
}

function orderOf(
  applied: CommandDetail,
  said: Acknowledgement,
  budget: { readonly lifetimeMicros?: number },
): CampaignCommand {
  const { campaignId, commandId, reason } = applied;
  const order = { campaignId, commandId, actor: said.actor, reason, at: said.at };
  if (applied.command === 'PauseCampaign') return { type: 'PauseCampaign', ...order };
  if (applied.command === 'ResumeCampaign') return { type: 'ResumeCampaign', ...order };
  const { dailyMicros } = applied.params;
  if (typeof dailyMicros !== 'number') throw new Error(`Command ${commandId} adjusts a budget to nothing.`);
  return { type: 'ChangeBudget', ...order, budget: { ...budget, dailyMicros } };
}

/** The command as it was issued, for one that was answered after it had been forgotten. */
async function findIssued(
  store: EventStore,
  campaignId: string,
  commandId: string,
): Promise<CommandDetail | undefined> {
  for await (const page of readStream(store, STREAM.command(campaignId), 0)) {
    const stored = page.find((event) => event.id === commandId);
    if (stored === undefined) continue;
    const event = decodeEvent<CommandEvent>(stored);
    return event.type === 'CommandIssued' ? detailOf(event.data) : undefined;
  }
  return undefined;
}
