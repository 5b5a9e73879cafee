/** Names of the ledger's streams. Two digits keep partitions in order; more partitions take more digits. */
export const STREAM = {
  ads: (partition: number) => `ads-${String(partition).padStart(2, '0')}`,
  quarantine: (partition: number) => `quarantine-${String(partition).padStart(2, '0')}`,
  duplicates: (partition: number) => `duplicates-${String(partition).padStart(2, '0')}`,
  campaign: (campaignId: string) => `campaign-${campaignId}`,
  advertiser: (advertiserId: string) => `advertiser-${advertiserId}`,
  rule: (ruleId: string) => `rule-${ruleId}`,
  command: (campaignId: string) => `command-${campaignId}`,
  decision: (campaignId: string) => `decision-${campaignId}`,
  sharedCondition: (conditionId: string) => `condition-${conditionId}`,
  /** Closed periods of a campaign. */
  period: (campaignId: string) => `period-${campaignId}`,
  /** Every webhook there was. */
  webhooks: 'webhooks',
  delivery: (webhookId: string) => `delivery-${webhookId}`,
} as const;

export const PREFIX = {
  ads: 'ads-',
  quarantine: 'quarantine-',
  campaign: 'campaign-',
  advertiser: 'advertiser-',
  rule: 'rule-',
  command: 'command-',
  decision: 'decision-',
  sharedCondition: 'condition-',
  delivery: 'delivery-',
} as const;
