import { Worker } from 'node:worker_threads';
import type { DirectoryEntry } from '@flightdeck/ledger';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.js';
import type { PipelineJob, PipelineResult, ProfilesOf } from './pipeline.js';
import { PipelineUnavailable } from './pipeline-unavailable.js';

interface Waiting {
  resolve(result: PipelineResult): void;
  reject(error: Error): void;
}

/** One worker thread and the jobs that it has. */
export class PipelineWorker {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private crash: Error | undefined;
  private whenIdle: (() => void) | undefined;
  private ended: PipelineUnavailable | undefined;

  constructor(
    url: URL,
    settings: WorkerSettings,
    private readonly profilesOf: ProfilesOf | undefined,
    private readonly onCrash: (error: Error) => void,
  ) {
    this.worker = new Worker(url, { workerData: settings });
    this.worker.on('message', (message: FromWorker) => {
      this.receive(message);
    });
    this.worker.on('error', (error) => {
      this.crash = error;
    });
    this.worker.on('exit', (code) => {
      this.end(code);
    });
  }

  get depth(): number {
    return this.waiting.size;
  }

  /** Tells the worker of campaigns, before whatever is run later. */
  tell(entries: readonly DirectoryEntry[]): void {
    if (entries.length === 0) return;
    const campaigns = entries.map(({ campaign: { campaignId, currency, timezone } }) => ({
      campaignId,
      currency,
      timezone,
    }));
    this.post({ kind: 'campaigns', campaigns });
  }

  /** Hands a job over; the body's memory goes with it. @throws {PipelineUnavailable} when the worker crashes. */
  run(job: PipelineJob): Promise<PipelineResult> {
    if (this.ended !== undefined) return Promise.reject(this.ended);
    const id = ++this.lastId;
    const body = ownMemory(job.body);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.post({ kind: 'job', id, job: { ...job, body } }, [body.buffer]);
    });
  }

  /** Waits for the jobs in flight, then ends the thread. */
  async close(): Promise<void> {
    if (this.waiting.size > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    this.worker.removeAllListeners('exit');
    await this.worker.terminate();
  }

  private receive(message: FromWorker): void {
    if (message.kind === 'users') {
      void this.answer(message.id, message.userIds); // the profile cache never rejects
      return;
    }
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'done') waiting?.resolve(message.result);
    else waiting?.reject(new PipelineUnavailable(`The pipeline failed: ${message.error}`));
    if (this.waiting.size === 0) this.whenIdle?.();
  }

  private async answer(id: number, userIds: readonly string[]): Promise<void> {
    const profiles = (await this.profilesOf?.(userIds)) ?? new Map<string, never>();
    this.post({ kind: 'profiles', id, profiles });
  }

  private end(code: number): void {
    const cause = this.crash ?? new Error(`The worker left with code ${code}.`);
    const error = new PipelineUnavailable('The pipeline worker crashed.', { cause });
    this.ended = error;
    for (const waiting of this.waiting.values()) waiting.reject(error);
    this.waiting.clear();
    this.whenIdle?.();
    this.onCrash(error);
  }

  private post(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}

/** The bytes in an ArrayBuffer of their own: small Buffers share one, which cannot be handed over. */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  const alone = buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength;
  return alone ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
