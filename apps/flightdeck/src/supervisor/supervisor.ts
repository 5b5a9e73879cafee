import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../cli/output.js';
import { startChild, type Child, type ChildSpec, type Ended } from './child.js';
import { afterFailure } from './restart-policy.js';

/** How long a process may take to stop before it is killed; its own limit is shorter. */
const STOP_AFTER_MS = 10_000;
/** Ends that no restart mends while a process has never been ready: wrong use, or what it needs is somebody else's. */
const HOPELESS: ReadonlySet<number | null> = new Set([EXIT.usage, EXIT.unavailable]);

export interface SupervisorOptions {
  /** Told each line that a process writes, by the name of the process. */
  readonly onLine: (name: string, line: string) => void;
  /** Told whenever a process was started, and why it is not the first time. */
  readonly onStart: (name: string, pid: number | undefined) => void;
  /** Told when everything has been stopped because one process could not be kept alive. */
  readonly onGivenUp: (exitCode: number) => void;
  /** Instead of {@link STOP_AFTER_MS}. */
  readonly stopAfterMs?: number;
}

interface Kept {
  readonly spec: ChildSpec;
  child: Child;
  failures: number;
  wasReady: boolean;
}

/** Keeps processes alive: one that ends by itself is started again, after a pause that grows, until it is hopeless. */
export class Supervisor {
  private readonly kept: Kept[] = [];
  private readonly stopping = new AbortController();

  constructor(private readonly options: SupervisorOptions) {}

  /** Starts a process and keeps it alive; resolves with its address once it is ready for the first time. */
  start(spec: ChildSpec): Promise<string> {
    const kept: Kept = { spec, child: this.spawned(spec), failures: 0, wasReady: false };
    this.kept.push(kept);
    return new Promise((resolve) => void this.keep(kept, resolve)); // never rejects
  }

  /** Stops the processes one after the other, the last started first unless `order` names them. */
  async stop(order: readonly string[] = []): Promise<void> {
    this.stopping.abort();
    const rank = ({ spec }: Kept): number =>
      order.includes(spec.name) ? order.indexOf(spec.name) : order.length;
    for (const kept of this.kept.toReversed().sort((a, b) => rank(a) - rank(b)))
      await stopped(kept.child, this.options.stopAfterMs ?? STOP_AFTER_MS);
  }

  private async keep(kept: Kept, onReady: (address: string) => void): Promise<void> {
    for (;;) {
      void kept.child.ready.then((address) => {
        kept.wasReady = true;
        onReady(address);
      });
      const ended = await kept.child.ended;
      if (this.stopping.signal.aborted) return;
      if (!(await this.restarted(kept, ended))) return;
    }
  }

  private async restarted(kept: Kept, ended: Ended): Promise<boolean> {
    const { name } = kept.spec;
    const how = ended.signal ?? `exit code ${ended.code ?? 'unknown'}`;
    const verdict = afterFailure(kept.failures, performance.now() - kept.child.startedAtMs);
    const isHopeless = !kept.wasReady && HOPELESS.has(ended.code);
    if (verdict === 'give-up' || isHopeless) {
      this.options.onLine(name, `ended (${how}) and is given up; everything stops.`);
      await this.stop();
      this.options.onGivenUp(isHopeless && ended.code !== null ? ended.code : EXIT.software);
      return false;
    }
    this.options.onLine(name, `ended (${how}); it is started again in ${verdict.restartAfterMs} ms.`);
    kept.failures = verdict.failures;
    const { signal } = this.stopping;
    await delay(verdict.restartAfterMs, undefined, { signal }).catch(() => undefined); // stopping: looked at below
    if (signal.aborted) return false;
    kept.child = this.spawned(kept.spec);
    return true;
  }

  private spawned(spec: ChildSpec): Child {
    const child = startChild(spec, (line) => this.options.onLine(spec.name, line));
    this.options.onStart(spec.name, child.pid);
    return child;
  }
}

async function stopped(child: Child, stopAfterMs: number): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), stopAfterMs);
  await child.ended;
  clearTimeout(late);
}
