import { CampaignEventReader } from '../lineage/row-events.js';
import { projectedReadModels } from '../projected-read-models.js';
import { Projector } from '../projector.js';
import type { ReadModels } from '../read-models.js';
import type { History, RevisionRange } from '../replay/fold-history.js';
import { memoryRows } from './memory-rows.js';

export interface FoldCampaign {
  readonly history: History;
  readonly campaignId: string;
  /** Stream of the campaign's partition. */
  readonly stream: string;
  /** What had arrived. */
  readonly range: RevisionRange;
  /** Only what had occurred by then, epoch milliseconds; everything in the range unless given. */
  readonly occurredUntilMs?: number;
}

/**
 * Folds one campaign's events out of a range of its partition with the live folds, into rows that live as long as the answer.
 * What a campaign's figures say depends on its own events only. @throws when `signal` aborts.
 */
export async function foldCampaign(request: FoldCampaign, signal: AbortSignal): Promise<ReadModels> {
  const { history, campaignId, stream, range, occurredUntilMs = Infinity } = request;
  const faults: unknown[] = [];
  const projector = await Projector.open(memoryRows(), { onFault: (error) => void faults.push(error) });
  const reader = new CampaignEventReader(campaignId);
  try {
    for await (const batch of history.read(stream, range, signal)) {
      const events = batch.filter((stored) => {
        const fact = reader.read(stored);
        return fact !== undefined && fact.occurredAtMs <= occurredUntilMs;
      });
      const checkpoint = String(batch.at(-1)?.revision ?? -1);
      if (events.length > 0) await projector.foldAds({ events, checkpoint, caughtUp: false });
      await new Promise(setImmediate); // others have their turn
    }
    signal.throwIfAborted();
    await projector.close();
  } catch (error) {
    projector.abandon();
    throw error;
  }
  if (faults.length > 0) throw new Error('The folded rows could not be kept.', { cause: faults[0] });
  return projectedReadModels(projector);
}
