export * from './read-models.js';
export { ChangeFeed } from './change-feed.js';
export * from './read-model-store.js';
export type { LedgerBatch, LedgerEvent } from './ledger-batch.js';
export {
  ADS_SOURCE,
  Projector,
  ProjectorFenced,
  type ProjectorOptions,
  QUARANTINE_SOURCE,
} from './projector.js';
export { projectedReadModels } from './projected-read-models.js';
export { CLICK_WINDOW_MS, VIEW_WINDOW_MS } from './attribution/attribution.js';
export { AdFactReader } from './ad-fact/ad-fact-reader.js';
export { emptyFact, type AdFact } from './ad-fact/ad-fact.js';
