/** Every maximum of a de-duplication index. */
export interface IndexSizes {
  /** Ids of the open part before it is sealed: 6 MiB of memory while open, then 6 MiB of file and 0.5 MiB of fingerprints. */
  readonly generationIdsMax: number;
  /** New ids before they are written as a run: what a crash makes the index read again from the ledger, at most. */
  readonly runIdsMax: number;
  /** Generations with fingerprints in memory, 12 million ids; older ones (a backfill over years) are searched in their files. */
  readonly filteredMax: number;
  /** Runs and generations being written before appends wait for them. */
  readonly writesMax: number;
}

export const INDEX_SIZES: IndexSizes = {
  generationIdsMax: 3 * 2 ** 16,
  runIdsMax: 2 ** 14,
  filteredMax: 64,
  writesMax: 3,
};
