import { Command } from 'commander';
import type { Config } from '../config.js';
import { connect } from './connect.js';
import { output } from './output.js';
import { saveExport } from './save-export.js';

interface Options {
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

/** `export <file>`: events with all that it takes to check them elsewhere. */
export function exportCommand(config: () => Config): Command {
  return new Command('export')
    .description('write events, proofs, checkpoints, key and manifest into one archive that `verify` checks')
    .argument('<file>', 'the tar archive to write')
    .option('--from <position>', 'the first event, by its place in the global order; 0 unless given')
    .option('--to <position>', 'the place after the last event; all that is signed unless given')
    .option('--json', 'print one JSON document for programs')
    .action(async (file: string, { from, to, json }: Options) => {
      const query = new URLSearchParams({
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
      });
      const connection = await connect(config());
      try {
        const bytes = await saveExport(connection.client, query.toString(), file);
        output(json === true).result({ file, bytes }, `${file}: ${bytes} bytes.`);
      } finally {
        await connection.close();
      }
    });
}
