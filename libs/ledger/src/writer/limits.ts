/** Every maximum of a partition writer. */
export interface WriterLimits {
  /** Events waiting before further ones are refused with LedgerBusy; a batch into an empty queue always fits. */
  readonly queueEventsMax: number;
  readonly queueBytesMax: number;
  /** One append takes waiting events up to here, always at least one. */
  readonly groupEventsMax: number;
  readonly groupBytesMax: number;
  /** Lost races, and damaged index files, before a group fails. */
  readonly attemptsMax: number;
}

const MIB = 1024 * 1024;

export const WRITER_LIMITS: WriterLimits = {
  queueEventsMax: 50_000,
  queueBytesMax: 64 * MIB,
  groupEventsMax: 4_000,
  groupBytesMax: 4 * MIB,
  attemptsMax: 20,
};
