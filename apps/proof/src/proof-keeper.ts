import { Worker } from 'node:worker_threads';
import type { ProofState } from '@flightdeck/proof';
import type { FromKeeper, KeeperSettings, ToKeeper } from './messages.js';

export interface ProofKeeperHooks {
  /** The log is broken, or an anchor was not reached: a human should look. */
  readonly onTrouble: (sentence: string, about: Readonly<Record<string, unknown>>) => void;
  /** The log cannot be kept, though nothing says that the ledger was touched: end the process. */
  readonly onFatal: (error: Error) => void;
}

/** The thread that keeps the proof log, as the main thread sees it. */
export class ProofKeeper {
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private broken: Extract<ProofState, { kind: 'broken' }> | undefined;
  private stopping = false;

  constructor(
    url: URL,
    settings: KeeperSettings,
    private readonly hooks: ProofKeeperHooks,
  ) {
    this.worker = new Worker(url, { workerData: settings });
    this.worker.on('message', (message: FromKeeper) => this.receive(message));
    this.worker.on('error', (error) => hooks.onFatal(error));
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', (code) => {
        if (code !== 0 && !this.stopping)
          hooks.onFatal(new Error(`The thread of the proof log left with code ${code}.`));
        resolve();
      });
    });
  }

  state(): ProofState {
    return this.broken ?? { kind: 'kept' };
  }

  /** Signs what has been read, keeps it outside too, and ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.worker.postMessage({ kind: 'stop' } satisfies ToKeeper);
    await this.ended;
  }

  private receive(message: FromKeeper): void {
    switch (message.kind) {
      case 'following':
        return;
      case 'anchor-failed':
        this.hooks.onTrouble('A checkpoint could not be kept outside.', {
          anchor: message.anchor,
          reason: message.error,
        });
        return;
      case 'broken':
        this.broken = message;
        this.hooks.onTrouble('The ledger is not as it was signed; nothing more is signed.', { ...message });
        return;
      case 'failed':
        this.hooks.onFatal(new Error(`The proof log cannot be kept: ${message.error}`));
    }
  }
}
