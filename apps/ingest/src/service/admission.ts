/** The most bytes of request bodies under way at once. */
export const IN_FLIGHT_BYTES_MAX = 64 * 1024 * 1024;
/** The most requests under way at once. */
export const IN_FLIGHT_REQUESTS_MAX = 1024;
/** The most events that may wait in the ledger's queues before new requests are turned away. */
export const QUEUED_EVENTS_MAX = 200_000;
const RETRY_AFTER_MS = 1000;

/** Too much is under way: nothing of the request was written; try again after `retryAfterMs`. */
export class IngestBusy extends Error {
  override readonly name = 'IngestBusy';
  constructor(readonly retryAfterMs: number) {
    super(`Ingestion is busy; try again in ${retryAfterMs} ms.`);
  }
}

/** Lets in only as much as memory has room for. */
export class Admission {
  private bytes = 0;
  private requests = 0;

  constructor(private readonly queuedEvents: () => number) {}

  get inFlight(): { readonly requests: number; readonly bytes: number } {
    return { requests: this.requests, bytes: this.bytes };
  }

  /** Counts a request in; the answer counts it out. @throws {IngestBusy} */
  enter(bytes: number): () => void {
    const full =
      this.requests >= IN_FLIGHT_REQUESTS_MAX ||
      this.bytes + bytes > IN_FLIGHT_BYTES_MAX ||
      this.queuedEvents() >= QUEUED_EVENTS_MAX;
    if (full) throw new IngestBusy(RETRY_AFTER_MS);
    this.requests++;
    this.bytes += bytes;
    return () => {
      this.requests--;
      this.bytes -= bytes;
    };
  }
}
