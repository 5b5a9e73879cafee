import type { EventStore } from '@flightdeck/event-store';
import type { Clock } from '@flightdeck/platform';
import { keepLog, LogReader, seedSigner } from '@flightdeck/proof';

const LOG_SEED = Buffer.alloc(32, 1);
/** A test does not wait a second for what it has just written to be signed. */
const SIGN_EVERY_MS = 5;

/** Keeps the proof log of a test's ledger until `signal` aborts. */
export async function keepProofs(
  store: EventStore,
  directory: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<{ readonly reader: LogReader; readonly keeping: Promise<void> }> {
  const signer = seedSigner(LOG_SEED);
  const origin = 'flightdeck/test';
  const settings = { directory, origin, signer, clock, ledger: store, everyMs: SIGN_EVERY_MS };
  return {
    reader: new LogReader(directory, { name: origin, publicKey: await signer.publicKey() }),
    keeping: keepLog(settings, signal),
  };
}
