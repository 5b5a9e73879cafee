import type { CommandEvent, CommandState } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';

const STATE_AFTER: Readonly<Record<CommandEvent['type'], CommandState>> = {
  CommandIssued: 'issued',
  CommandDispatched: 'dispatched',
  CommandUnacknowledged: 'dispatched',
  CommandAcknowledged: 'acknowledged',
  CommandExpired: 'expired',
  CommandFailed: 'failed',
};

const COMMAND_STREAM = /^command-(.*)$/;

/** One change of a command's state: the whole command when it is issued, afterwards what happened to it. */
export function commandText(stored: StoredEvent, campaignId: string | undefined): string | undefined {
  const ofCampaign = COMMAND_STREAM.exec(stored.stream)?.[1];
  if (campaignId !== undefined && campaignId !== ofCampaign) return undefined;
  const event = decodeEvent<CommandEvent>(stored);
  const alert = event.type === 'CommandUnacknowledged' ? { unacknowledgedAt: event.data.at } : {};
  const told = { campaignId: ofCampaign, ...event.data, ...alert, state: STATE_AFTER[event.type] };
  return JSON.stringify({ ...told, position: { stream: stored.stream, revision: stored.revision } });
}

/** One accepted ad event as the ledger holds it. */
export function adEventText(stored: StoredEvent, campaignId: string | undefined): string | undefined {
  const data = Buffer.from(stored.data).toString();
  if (campaignId !== undefined && !isOfCampaign(data, campaignId)) return undefined;
  const { stream, revision, type, recordedAtMs } = stored;
  const recordedAt = new Date(recordedAtMs).toISOString();
  return `{"type":"${type}","position":{"stream":"${stream}","revision":${revision}},"recordedAt":"${recordedAt}","data":${data}}`;
}

/** The text rules most events out before any is parsed. */
function isOfCampaign(data: string, campaignId: string): boolean {
  if (!data.includes(`"${campaignId}"`)) return false;
  return (JSON.parse(data) as { readonly campaignId?: unknown }).campaignId === campaignId;
}
