import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { Pacing } from '@flightdeck/platform';
import { Anchoring, keepLog, LedgerNotAsSigned, seedSigner, WrongLogKey } from '@flightdeck/proof';
import { openKeeperGround } from './ground.module.js';
import type { FromKeeper, KeeperSettings } from './messages.js';

/** Who appends comes first: while all cores are wanted this thread has little of them, and catches up after. */
const NICE = 19;
/** While the server is busy this thread is at most so much of the time. */
const MANNERS = { share: 0.03, busyCores: 0.25, stretchMs: 3 };
const MICROS_PER_MS = 1_000;

/** Keeps the proof log beside the main thread until told to stop. */
async function keep(port: MessagePort, settings: KeeperSettings): Promise<void> {
  const send = (message: FromKeeper): void => port.postMessage(message);
  const stopping = new AbortController();
  port.once('message', () => stopping.abort()); // there is but one message
  const ground = await openKeeperGround(settings);
  send({ kind: 'following' });
  const anchoring = new Anchoring(ground.anchors, {
    monotonicMs: () => performance.now(),
    onFailure: (error, anchor) => send({ kind: 'anchor-failed', anchor, error: String(error) }),
  });
  const pacing = new Pacing({
    ...MANNERS,
    nowMs: () => performance.now(),
    workedMs: () => performance.eventLoopUtilization().active,
    cpuMs: () => (process.cpuUsage().user + process.cpuUsage().system) / MICROS_PER_MS,
    sleep: (ms) => delay(ms),
  });
  const { directory, origin, seed } = settings;
  try {
    await keepLog(
      {
        ...{ directory, origin, signer: seedSigner(seed), clock: Date.now, ledger: ground.ledger },
        afterBatch: () => pacing.breathe(stopping.signal),
        onCheckpoint: ({ size }, note) => anchoring.offer({ origin, size, note }),
      },
      stopping.signal,
    );
  } catch (error) {
    if (!(error instanceof LedgerNotAsSigned) && !(error instanceof WrongLogKey)) throw error;
    const { name, message } = error;
    const index = error instanceof LedgerNotAsSigned ? { index: error.index } : {};
    send({ kind: 'broken', name, detail: message, ...index });
  } finally {
    await anchoring.close();
    await ground.close();
    port.close();
  }
}

/** Linux schedules threads; elsewhere the priority of one thread cannot be told. */
function standBack(): void {
  if (process.platform === 'linux') setPriority(Number(basename(readlinkSync('/proc/thread-self'))), NICE);
}

if (parentPort === null) throw new Error('This file runs as a worker thread.');
standBack();
const port = parentPort;
keep(port, workerData as KeeperSettings).catch((error: unknown) => {
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error);
  port.postMessage({ kind: 'failed', error: told } satisfies FromKeeper);
});
