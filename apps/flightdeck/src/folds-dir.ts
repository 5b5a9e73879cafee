import { join } from 'node:path';
import type { Config } from './config.js';

/** The ledger in the data directory of this process. */
export const EMBEDDED = 'lmdb:';

/** In the data directory: the folds of a ledger that is served. */
const SERVED_FOLDS = 'served';

/** Where folds of a ledger are kept: a place in the ledger is told in the words of its store. */
export function foldsDirOf({ eventStore, dataDir }: Pick<Config, 'eventStore' | 'dataDir'>): string {
  return eventStore === EMBEDDED ? dataDir : join(dataDir, SERVED_FOLDS);
}
