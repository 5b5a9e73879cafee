/** What a webhook is sent and its pattern is matched against: the envelope of an Amazon EventBridge event. */
export interface WebhookEnvelope {
  readonly version: '0';
  /** Of the event in the ledger; the same for every webhook. */
  readonly id: string;
  readonly source: WebhookSource;
  /** A command's name, or the type of the event. */
  readonly 'detail-type': string;
  /** RFC 3339 UTC. */
  readonly time: string;
  /** `campaign/<id>`, `rule/<id>`, `advertiser/<id>`. */
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

export const WEBHOOK_SOURCES = [
  /** Commands, word for word as they are on the bus. */
  'flightdeck.rules',
  /** What became of commands: acknowledged, not acknowledged in time, expired, failed. */
  'flightdeck.commands',
  /** What rules decided without ordering: suppressed, shadow, blind, rearmed. */
  'flightdeck.decisions',
  /** Changes of rules: saved, submitted, approved, disabled. */
  'flightdeck.rule-book',
  /** Changes of campaigns, and of the budgets of advertisers. */
  'flightdeck.campaigns',
] as const;
export type WebhookSource = (typeof WEBHOOK_SOURCES)[number];
