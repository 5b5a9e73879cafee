import type { INestApplicationContext } from '@nestjs/common';
import { PREFIX } from '@flightdeck/contracts';
import { EVENT_STORE, type EventStore } from '@flightdeck/event-store';
import { LedgerTransport } from '@flightdeck/platform';
import { ADS_SOURCE, QUARANTINE_SOURCE } from '@flightdeck/read-models';
import type { LiveProjection } from './generations/live-projection.js';
import { PROJECTOR } from './projector.tokens.js';

/**
 * Brings the ledger's ad and quarantine streams to the ProjectorController, from the projector's checkpoint on. Connect it with
 * `app.connectMicroservice({ strategy: projectorTransport(app, onFatal) })`; batches need no pipes or guards.
 */
export function projectorTransport(
  app: INestApplicationContext,
  onFatal: (error: unknown, pattern: string) => void,
): LedgerTransport {
  const store = app.get<EventStore>(EVENT_STORE, { strict: false });
  const projector = app.get<LiveProjection>(PROJECTOR, { strict: false });
  const follow = (source: typeof ADS_SOURCE | typeof QUARANTINE_SOURCE, prefix: string) => ({
    pattern: source,
    open: (signal: AbortSignal) => store.follow({ prefix }, projector.checkpoint(source) ?? 'start', signal),
  });
  return new LedgerTransport({
    sources: [follow(ADS_SOURCE, PREFIX.ads), follow(QUARANTINE_SOURCE, PREFIX.quarantine)],
    onFatal,
  });
}
