/** Figures are in LMDB; what a job remembers beside them is in its heap. */
const HEAP_MIB_MAX = 1_024;
/** Of the young generation's halves: what a job reads is soon garbage, and a larger one is emptied more rarely. */
const YOUNG_MIB = 32;

/** How Node runs a job. */
export const JOB_NODE_FLAGS: readonly string[] = [
  `--max-old-space-size=${HEAP_MIB_MAX}`,
  `--max-semi-space-size=${YOUNG_MIB}`,
  `--min-semi-space-size=${YOUNG_MIB}`,
];
