import { join } from 'node:path';

/** Names of the files of a proof log's directory. */
export const hashesPath = (directory: string): string => join(directory, 'hashes');
/** Where a log in `directory` keeps its signed checkpoints. */
export const checkpointsPath = (directory: string): string => join(directory, 'checkpoints');
