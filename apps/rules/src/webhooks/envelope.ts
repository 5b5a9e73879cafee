import { PREFIX, type WebhookEnvelope, type WebhookSource } from '@flightdeck/contracts';
import { formatInstant, type CommandEvent } from '@flightdeck/domain';
import type { StoredEvent } from '@flightdeck/event-store';
import { decodeEvent } from '@flightdeck/ledger';
import { detailOf } from '../dispatch/outbox.js';

/** The streams that webhooks are told of, by their prefix. */
export const TOLD_PREFIXES = ['command', 'decision', 'rule', 'campaign', 'advertiser'] as const;
export type ToldPrefix = (typeof TOLD_PREFIXES)[number];

const SOURCE: Readonly<Record<ToldPrefix, WebhookSource>> = {
  command: 'flightdeck.commands',
  decision: 'flightdeck.decisions',
  rule: 'flightdeck.rule-book',
  campaign: 'flightdeck.campaigns',
  advertiser: 'flightdeck.campaigns',
};
const RESOURCE: Readonly<Record<ToldPrefix, string>> = {
  ...{ command: 'campaign', decision: 'campaign', campaign: 'campaign' },
  ...{ rule: 'rule', advertiser: 'advertiser' },
};

/** What webhooks are told of a stored event; undefined when it is no news: that a command went out is told by the command. */
export function envelopeOf(stored: StoredEvent): WebhookEnvelope | undefined {
  const prefix = TOLD_PREFIXES.find((one) => stored.stream.startsWith(PREFIX[one]));
  if (prefix === undefined || stored.type === 'CommandDispatched') return undefined;
  const subject = stored.stream.slice(PREFIX[prefix].length);
  const event = decodeEvent<{ readonly type: string; readonly data: Readonly<Record<string, unknown>> }>(
    stored,
  );
  const shared = {
    ...({ version: '0', id: stored.id, time: formatInstant(stored.recordedAtMs) } as const),
    resources: [`${RESOURCE[prefix]}/${subject}`],
  };
  if (event.type === 'CommandIssued') {
    const detail = detailOf(
      event.data as unknown as Extract<CommandEvent, { type: 'CommandIssued' }>['data'],
    );
    return { ...shared, source: 'flightdeck.rules', 'detail-type': detail.command, detail: { ...detail } };
  }
  const of = { [`${RESOURCE[prefix]}Id`]: subject };
  return { ...shared, source: SOURCE[prefix], 'detail-type': event.type, detail: { ...of, ...event.data } };
}
