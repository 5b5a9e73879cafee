export { RulesModule } from './rules.module.js';
export { RULES_SOURCES, RULES_STATS, type RulesOptions, type RulesSources } from './tokens.js';
export type { RulesStats } from './stats.js';
export { OtherBacktest, runBacktest, type BacktestDeps } from './backtest/backtest.js';
export { WebhooksModule, type WebhooksOptions } from './webhooks/webhooks.module.js';
export { WEBHOOK_STREAMS } from './webhooks/tokens.js';
