import { open, rm } from 'node:fs/promises';
import { Command } from 'commander';
import type { Config } from '../config.js';
import { ApiError } from './client.js';
import { connect } from './connect.js';
import { output } from './output.js';

const OWNER_ONLY = 0o600;

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
        const body = await connection.client.stream(`/v1/audit/export?${query.toString()}`);
        const bytes = await save(body, file);
        output(json === true).result({ file, bytes }, `${file}: ${bytes} bytes.`);
      } finally {
        await connection.close();
      }
    });
}

/** Writes a new file. @throws {ApiError} when the server ended before its end; what was written by then is removed. */
async function save(body: ReadableStream<Uint8Array>, file: string): Promise<number> {
  const target = await open(file, 'wx', OWNER_ONLY);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      await target.write(chunk);
      bytes += chunk.length;
    }
    await target.close();
    return bytes;
  } catch (error) {
    await target.close();
    await rm(file);
    if (!(error instanceof TypeError)) throw error;
    const detail = `The export ended after ${bytes} bytes; the server's log says why.`;
    throw new ApiError(502, 'export-cut', detail, 0);
  }
}
