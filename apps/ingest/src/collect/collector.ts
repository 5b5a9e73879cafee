import type { IngestOutcome, IngestRequest } from '../service/ingest-service.js';

/** Takes bodies of events in: into the ledger, or into a stream on the way to it. */
export interface Collector {
  /** Durable when it resolves; the same body taken again is harmless. */
  ingest(request: IngestRequest): Promise<IngestOutcome>;
}

/** Nest injection token of what `POST /v1/events` hands bodies to. */
export const COLLECTOR = Symbol('Collector');
