/** Patterns under which the LedgerTransport hands over what webhooks follow. */
export const WEBHOOK_PATTERNS = {
  book: 'webhooks.book',
  outcomes: 'webhooks.outcomes',
  command: 'webhooks.command',
  decision: 'webhooks.decision',
  rule: 'webhooks.rule',
  campaign: 'webhooks.campaign',
  advertiser: 'webhooks.advertiser',
} as const;

/** Nest injection token of the streams that webhooks need from a LedgerTransport: `readonly BatchSource[]`. */
export const WEBHOOK_STREAMS = Symbol('WebhookStreams');
