import { statSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import {
  CRITEO_EPOCH,
  ImportRefused,
  openImport,
  type ImportFormat,
  type ImportOptions,
} from '../../../ingest/src/index.js';
import type { Config } from '../config.js';
import { connect } from './connect.js';
import type { Output } from './output.js';

export interface ImportRequest extends ImportOptions {
  readonly format: ImportFormat;
  readonly file: string;
  /** RFC 3339: accept events as old as this, for this import only. */
  readonly acceptFrom?: string;
}

interface Taken {
  readonly accepted: number;
  readonly duplicates: number;
  readonly quarantined: number;
}

/** What an import did. A second run of the same file reports only duplicates. */
export interface ImportReport extends Taken {
  readonly events: number;
}

/** Requests in flight: one is read while the others are on their way. */
const IN_FLIGHT_MAX = 4;
const BAR =
  '{bar} {percentage}% | {value}/{total} bytes | {events} events | {duplicates} duplicates | {quarantined} quarantined';

/** Sends a file's events to the ledger through `POST /v1/events`. Idempotent: after a crash, run it again. */
export async function importFile(
  request: ImportRequest,
  config: Config,
  output: Output,
): Promise<ImportReport> {
  const bytesTotal = sizeOf(request.file);
  const connection = await connect(config);
  const bar = new SingleBar({ format: BAR, stream: process.stderr });
  const report = { events: 0, accepted: 0, duplicates: 0, quarantined: 0 };
  const inFlight = new Set<Promise<void>>();
  if (output.interactive) bar.start(bytesTotal, 0, report);
  const send = async (ndjson: Uint8Array, events: number, bytesRead: number): Promise<void> => {
    const taken = (await connection.client.postEvents(ndjson, queryOf(request))) as Taken;
    report.events += events;
    report.accepted += taken.accepted;
    report.duplicates += taken.duplicates;
    report.quarantined += taken.quarantined;
    bar.update(bytesRead, report);
    if (output.json)
      process.stderr.write(`${JSON.stringify({ progress: { ...report, bytesRead, bytesTotal } })}\n`);
  };
  try {
    for await (const { ndjson, events, bytesRead } of openImport(request.format, request.file, request)) {
      const sent: Promise<void> = send(ndjson, events, bytesRead).finally(() => inFlight.delete(sent));
      inFlight.add(sent);
      if (inFlight.size >= IN_FLIGHT_MAX) await Promise.race(inFlight);
    }
    await Promise.all(inFlight);
    return report;
  } finally {
    await Promise.allSettled(inFlight);
    bar.stop();
    await connection.close();
  }
}

/** A criteo file counts its seconds from an epoch years ago: importing one declares that backfill. */
function queryOf({ format, epoch, ...request }: ImportRequest): string {
  const acceptFrom = request.acceptFrom ?? (format === 'criteo' ? (epoch ?? CRITEO_EPOCH) : undefined);
  const source = `?source=import:${format}`;
  return acceptFrom === undefined ? source : `${source}&acceptFrom=${encodeURIComponent(acceptFrom)}`;
}

/** In bytes. @throws {ImportRefused} when there is no file to read. */
function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new ImportRefused(`There is no file ${file}.`);
  return found.size;
}
