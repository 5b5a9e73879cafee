import { openUserKeys, type CampaignDirectory, type UserKeysAt } from '@flightdeck/ledger';
import type { WorkerSettings } from './messages.js';
import type { PipelineJob, PipelineResult, ProfilesOf } from './pipeline.js';
import { runPipeline } from './pipeline.js';
import { ledgerIdentity } from '../prepare/ledger-identity.js';
import { Preparer } from '../prepare/preparer.js';
import type { TimeWindows } from '../prepare/settings.js';
import { PipelineUnavailable } from './pipeline-unavailable.js';
import { PipelineWorker } from './pipeline-worker.js';

export interface PipelinePoolOptions {
  /** Threads that run the pipeline; 0 runs it where it is called. */
  readonly workers: number;
  /** The built worker; needed with one worker or more. */
  readonly workerUrl?: URL;
  /** Smaller bodies run where they are called: the way to a thread and back would cost more than it saves. */
  readonly inlineBelowBytes?: number;
  readonly partitions: number;
  readonly userKeys: UserKeysAt;
  readonly windows: TimeWindows;
  readonly campaigns: CampaignDirectory;
  readonly profilesOf?: ProfilesOf;
  /** Called when workers crash more often than {@link RESTARTS_MAX}: the process should end. */
  readonly onFatal: (error: Error) => void;
}

/** Crashed workers are replaced this often in the life of a pool. */
export const RESTARTS_MAX = 10;

const INLINE_BELOW_BYTES = 16 * 1024;

/** Runs the pipeline inline or over worker threads. A worker that crashes fails what it had, and is replaced. */
export class PipelinePool {
  private readonly preparer: Preparer;
  private readonly workers: PipelineWorker[] = [];
  private restarts = 0;
  private closed = false;
  private readonly unsubscribe: () => void;

  constructor(private readonly options: PipelinePoolOptions) {
    const { campaigns, partitions, userKeys, windows } = options;
    const lookup = (campaignId: string) => campaigns.get(campaignId)?.campaign;
    this.preparer = new Preparer(ledgerIdentity(partitions, openUserKeys(userKeys)), lookup, windows);
    for (let n = 0; n < options.workers; n++) this.workers.push(this.start());
    this.unsubscribe = campaigns.onChange((changed) => {
      for (const worker of this.workers) worker.tell(changed);
    });
  }

  /** Takes ownership of `job.body`. @throws {PipelineUnavailable} when a worker crashed; nothing of the request was written. */
  async run(job: PipelineJob): Promise<PipelineResult> {
    if (this.closed) throw new PipelineUnavailable('The pipeline is closed.');
    const inline =
      this.workers.length === 0 ||
      job.body.byteLength < (this.options.inlineBelowBytes ?? INLINE_BELOW_BYTES);
    if (inline) return runPipeline(job, this.preparer, this.options.profilesOf);
    return this.leastBusy().run(job);
  }

  /** Jobs on their way through workers. */
  depth(): number {
    return this.workers.reduce((sum, worker) => sum + worker.depth, 0);
  }

  /** Lets jobs in flight finish, then ends the threads. */
  async close(): Promise<void> {
    this.closed = true;
    this.unsubscribe();
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  private leastBusy(): PipelineWorker {
    const chosen = this.workers.reduce((best, worker) => (worker.depth < best.depth ? worker : best));
    return chosen;
  }

  private start(): PipelineWorker {
    const { workerUrl, campaigns, profilesOf, partitions, userKeys, windows } = this.options;
    if (workerUrl === undefined)
      throw new Error('A pipeline with workers needs the URL of the built worker.');
    const settings: WorkerSettings = { partitions, userKeys, windows, profiles: profilesOf !== undefined };
    const worker = new PipelineWorker(workerUrl, settings, profilesOf, (error) =>
      this.replace(worker, error),
    );
    worker.tell([...campaigns.entries()]);
    return worker;
  }

  private replace(crashed: PipelineWorker, error: Error): void {
    if (this.closed) return;
    if (++this.restarts > RESTARTS_MAX) {
      this.options.onFatal(
        new Error(`The pipeline's workers crashed ${this.restarts} times.`, { cause: error }),
      );
      return;
    }
    this.workers[this.workers.indexOf(crashed)] = this.start();
  }
}
