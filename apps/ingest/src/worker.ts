import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { openUserKeys } from '@flightdeck/ledger';
import type { FromWorker, ToWorker, WorkerSettings } from './pipeline/messages.js';
import { runPipeline, type PipelineJob } from './pipeline/pipeline.js';
import { ledgerIdentity } from './prepare/ledger-identity.js';
import type { Profiles } from './prepare/prepared.js';
import { Preparer } from './prepare/preparer.js';
import type { CampaignContext } from './prepare/settings.js';

/** Runs the pipeline beside the main thread: bodies come in by transfer, packed events go back by transfer. */
function serve(port: MessagePort, settings: WorkerSettings): void {
  const campaigns = new Map<string, CampaignContext>();
  const awaited = new Map<number, (profiles: Profiles) => void>();
  const identity = ledgerIdentity(settings.partitions, openUserKeys(settings.userKeys));
  const preparer = new Preparer(identity, (campaignId) => campaigns.get(campaignId), settings.windows);

  const send = (message: FromWorker, transfer: readonly ArrayBuffer[] = []): void => {
    port.postMessage(message, transfer);
  };
  const askFor = (id: number) => (userIds: readonly string[]) => {
    send({ kind: 'users', id, userIds });
    return new Promise<Profiles>((resolve) => awaited.set(id, resolve));
  };
  const run = async (id: number, job: PipelineJob): Promise<void> => {
    try {
      const result = await runPipeline(job, preparer, settings.profiles ? askFor(id) : undefined);
      const packs = result.ok ? result.prepared.packs : [];
      send(
        { kind: 'done', id, result },
        packs.map((pack) => pack.bodies.buffer as ArrayBuffer),
      );
    } catch (error) {
      send({
        kind: 'failed',
        id,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
  };

  port.on('message', (message: ToWorker) => {
    switch (message.kind) {
      case 'campaigns':
        for (const { campaignId, currency, timezone } of message.campaigns)
          campaigns.set(campaignId, { currency, timezone });
        return;
      case 'profiles':
        awaited.get(message.id)?.(message.profiles);
        awaited.delete(message.id);
        return;
      case 'job':
        void run(message.id, message.job); // cannot reject: every failure is sent back
    }
  });
}

if (parentPort === null) throw new Error('This file runs as a worker thread.');
serve(parentPort, workerData as WorkerSettings);
