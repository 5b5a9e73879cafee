import { readFileSync } from 'node:fs';
import { Argument, Command } from 'commander';
import { IMPORT_FORMATS, type ImportFormat } from '../../../ingest/src/index.js';
import type { Config } from '../config.js';
import { importFile, type ImportRequest } from './import.js';
import { output } from './output.js';

interface Options {
  readonly acceptFrom?: string;
  readonly epoch?: string;
  readonly currency?: string;
  readonly map?: string;
  readonly batch?: string;
  readonly json?: true;
}

/** `import <format> <file>`: sends a file's events to the ledger; run it again after a crash. */
export function importCommand(config: () => Config): Command {
  return new Command('import')
    .description('send a file of ad events to the ledger; idempotent, so after a crash run it again')
    .addArgument(new Argument('<format>', 'what the file holds').choices(IMPORT_FORMATS))
    .argument('<file>', 'path of the file')
    .option(
      '--accept-from <time>',
      'RFC 3339: accept events as old as this, for this import only (a declared backfill)',
    )
    .option('--epoch <time>', 'RFC 3339: what second 0 of a criteo file means')
    .option('--currency <code>', 'ISO 4217: currency of formats that name none')
    .option('--map <file>', 'JSON column map of a csv file: {"eventField": "column"}')
    .option('--batch <events>', 'events in one request, at most 10,000')
    .option('--json', 'print one JSON document for programs; progress goes to standard error')
    .action(async (format: ImportFormat, file: string, options: Options) => {
      const speak = output(options.json === true);
      const report = await importFile({ format, file, ...importOptions(options) }, config(), speak);
      const { events, accepted, duplicates, quarantined } = report;
      speak.result(
        report,
        `${events} events: ${accepted} accepted, ${duplicates} duplicates, ${quarantined} quarantined.`,
      );
    });
}

function importOptions({
  acceptFrom,
  epoch,
  currency,
  map,
  batch,
}: Options): Omit<ImportRequest, 'format' | 'file'> {
  return {
    ...(acceptFrom === undefined ? {} : { acceptFrom }),
    ...(epoch === undefined ? {} : { epoch }),
    ...(currency === undefined ? {} : { currency }),
    ...(batch === undefined ? {} : { batchEvents: Number(batch) }),
    ...(map === undefined
      ? {}
      : { columnMap: JSON.parse(readFileSync(map, 'utf8')) as Record<string, string> }),
  };
}
