import {
  AD_GROUP_TABLE,
  CAMPAIGN_TABLE,
  DAY_TABLE,
  HOUR_TABLE,
  MINUTE_TABLE,
} from '../projections/row-keys.js';
import { DATA_QUALITY_TABLE, QUARANTINE_COUNT_TABLE, SOURCE_TABLE } from '../projections/data-quality.js';
import { QUARANTINE_ID_TABLE, QUARANTINE_TABLE } from '../projections/quarantine.js';

/** A projection as auditors ask for it: what it is called, which version of it this binary folds, and where its rows are. */
export interface ProjectionInfo {
  readonly name: string;
  readonly version: number;
  readonly table: string;
  /** The streams it is folded from: `ads-*` or `quarantine-*`. */
  readonly source: 'ads' | 'quarantine';
}

const info = (table: string, source: ProjectionInfo['source']): ProjectionInfo => {
  const [name = '', version = ''] = table.split('@');
  return { name, version: Number(version), table, source };
};

/**
 * Every projection whose rows say the same however the ledger was cut into batches. What attribution remembers is not among
 * them: its rows are a log whose cuts depend on when it was committed; what it decides stands in the figures.
 */
export const PROJECTIONS: readonly ProjectionInfo[] = [
  info(CAMPAIGN_TABLE, 'ads'),
  info(DAY_TABLE, 'ads'),
  info(HOUR_TABLE, 'ads'),
  info(MINUTE_TABLE, 'ads'),
  info(AD_GROUP_TABLE, 'ads'),
  info(DATA_QUALITY_TABLE, 'ads'),
  info(SOURCE_TABLE, 'ads'),
  info(QUARANTINE_TABLE, 'quarantine'),
  info(QUARANTINE_ID_TABLE, 'quarantine'),
  info(QUARANTINE_COUNT_TABLE, 'quarantine'),
];

/** What every one of them is asked for by. */
export const ALL_PROJECTIONS = 'all';

/** The projections that a name asks for; undefined for a name that is none. */
export function projectionsNamed(name: string): readonly ProjectionInfo[] | undefined {
  if (name === ALL_PROJECTIONS) return PROJECTIONS;
  const found = PROJECTIONS.filter((projection) => projection.name === name);
  return found.length === 0 ? undefined : found;
}
