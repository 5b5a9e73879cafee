export * from './read-models.js';
export { ChangeFeed } from './change-feed.js';
export * from './read-model-store.js';
export * from './generation-shelf.js';
export { type LedgerBatch, type LedgerEvent, partitionOf } from './ledger-batch.js';
export {
  ADS_SOURCE,
  Projector,
  ProjectorFenced,
  type ProjectorOptions,
  QUARANTINE_SOURCE,
} from './projector.js';
export { figuresOfMoment, projectedReadModels } from './projected-read-models.js';
export { CLICK_WINDOW_MS, VIEW_WINDOW_MS } from './attribution/attribution.js';
export { AdFactReader } from './ad-fact/ad-fact-reader.js';
export { emptyFact, type AdFact } from './ad-fact/ad-fact.js';
export { AD_GROUP_DAYS_KEPT } from './projections/ad-group-rows.js';
export { AdvertiserReader, type BudgetHolders, type OnDay } from './advertiser/advertiser-reader.js';
export { FOLD_VERSIONS, type FoldVersion } from './fold-version.js';
export { listParked, type ParkedEvent } from './projections/parked.js';
export {
  ALL_PROJECTIONS,
  PROJECTIONS,
  type ProjectionInfo,
  projectionsNamed,
} from './replay/projection-catalog.js';
export { type DigestLine, digestLines, digestOf } from './replay/digest.js';
export {
  addComparisons,
  type Comparison,
  compareRows,
  DIFFERENCES_TOLD_MAX,
  type RowDifference,
} from './replay/compare.js';
export { foldHistory, type History, type PartitionRange, type RevisionRange } from './replay/fold-history.js';
export { foldCampaign, type FoldCampaign } from './as-of/fold-campaign.js';
export { addSpend, type AddSpend, type CountsIn } from './as-of/add-spend.js';
export { addEvents, type AddedEvents } from './lineage/add-events.js';
export { CampaignEventReader, rowEvents, type RowEvents } from './lineage/row-events.js';
