import { join, relative } from 'node:path';
import type { ReplayResultResponse, ReplaySpec } from '@flightdeck/contracts';
import { openReplayGround, runReplay, type ReplayGround } from '../../../projector/src/index.js';
import type { Config } from '../config.js';
import { foldsDirOf } from '../folds-dir.js';
import { jobChild } from '../job/job-child.js';

/** Built beside this bundle. */
const WORKER_URL = new URL('../projector/replay-worker.js', import.meta.url);

/** Replays a spec beside the live system. */
export async function replayChild({
  dataDir,
  eventStore,
}: Pick<Config, 'dataDir' | 'eventStore'>): Promise<void> {
  const readModelsDirectory = join(relative(dataDir, foldsDirOf({ dataDir, eventStore })), 'read-models');
  const place = {
    dataDir,
    eventStore,
    readModelsDirectory,
    scratch: 'replay-scratch',
    workerUrl: WORKER_URL,
  };
  await jobChild<ReplaySpec, ReplayResultResponse, ReplayGround>(
    () => openReplayGround(place),
    (ground, spec, onProgress, signal) => runReplay({ ...ground, onProgress }, spec, signal),
  );
}
