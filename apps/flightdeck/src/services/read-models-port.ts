import { setTimeout as delay } from 'node:timers/promises';
import type { ServedPort } from '@flightdeck/platform';
import type { ReadModelChange, ReadModels } from '@flightdeck/read-models';

/** The port of the process that keeps the read models. */
export const READ_MODELS_PORT = 'read-models';
/** How late a reader in another process may learn that the fold goes on without touching any campaign. */
const PROGRESS_EVERY_MS = 50;

/** What the feed of the read models says: how far the fold has come, and which campaigns moved with it. */
export interface ReadModelNews {
  readonly progress: ReturnType<ReadModels['progress']>;
  readonly change?: ReadModelChange;
}

/** Offers read models to other processes. */
export function readModelsPort(readModels: ReadModels): ServedPort {
  return {
    calls: {
      figures: (...asked: Parameters<ReadModels['figures']>) => readModels.figures(...asked),
      spent: (...asked: Parameters<ReadModels['spent']>) => readModels.spent(...asked),
      series: (...asked: Parameters<ReadModels['series']>) => readModels.series(...asked),
      funnel: (...asked: Parameters<ReadModels['funnel']>) => readModels.funnel(...asked),
      campaignIds: (...asked: Parameters<ReadModels['campaignIds']>) => readModels.campaignIds(...asked),
      quality: () => readModels.quality(),
      quarantined: (...asked: Parameters<ReadModels['quarantined']>) => readModels.quarantined(...asked),
      quarantinedById: (...asked: Parameters<ReadModels['quarantinedById']>) =>
        readModels.quarantinedById(...asked),
    },
    feeds: { news: (signal) => news(readModels, signal) },
  };
}

/** Every change from now on, and the progress at the start and whenever it is another. */
async function* news(readModels: ReadModels, signal: AbortSignal): AsyncGenerator<ReadModelNews> {
  const changes = readModels.changes(signal)[Symbol.asyncIterator]();
  let next = changes.next();
  let told = readModels.progress();
  yield { progress: told };
  while (!signal.aborted) {
    const change = await Promise.race([next, delay(PROGRESS_EVERY_MS)]);
    const progress = readModels.progress();
    if (change !== undefined) {
      if (change.done === true) return;
      next = changes.next();
      yield { progress, change: change.value };
    } else if (progress.checkpoint !== told.checkpoint || progress.caughtUp !== told.caughtUp) {
      yield { progress };
    }
    told = progress;
  }
}
