import type { LedgerCheckResponse } from '@flightdeck/contracts';
import { Command } from 'commander';
import type { Config } from '../config.js';
import type { ApiClient } from './client.js';
import { connect } from './connect.js';
import { output } from './output.js';
import { NOT_AS_SIGNED, runVerifier } from './run-verifier.js';

/** Pages of a check; each is 20,000 events or more. */
const PAGES_MAX = 1_000_000;

interface Options {
  readonly key?: string;
  readonly anchor?: readonly string[];
  readonly partial?: true;
  readonly json?: true;
}

/** `verify [export]`: an export, or the ledger itself. Ends with 1 when something is not as it was signed. */
export function verifyCommand(config: () => Config): Command {
  return new Command('verify')
    .description(
      'check an export with tools/verify.mjs; without one, hash the whole ledger against what was signed',
    )
    .argument('[export]', 'an archive that `export` wrote, or a directory it was unpacked to')
    .option('--key <key>', 'the public key that you trust, or a file that holds it')
    .option('--anchor <file...>', 'checkpoints that were kept outside')
    .option('--partial', 'the export may end before the newest of them')
    .option('--json', 'print one JSON document for programs')
    .action(async (path: string | undefined, options: Options) => {
      process.exitCode =
        path === undefined ? await verifyLedger(config(), options) : await verifyExport(path, options);
    });
}

function verifyExport(path: string, { key, anchor = [], partial, json }: Options): Promise<number> {
  const parameters = [
    path,
    ...(key === undefined ? [] : ['--key', key]),
    ...anchor.flatMap((file) => ['--anchor', file]),
    ...(partial === true ? ['--partial'] : []),
    ...(json === true ? ['--json'] : []),
  ];
  return runVerifier(parameters);
}

async function verifyLedger(config: Config, { json }: Options): Promise<number> {
  const speak = output(json === true);
  const connection = await connect(config);
  try {
    const { events, faults } = await checked(connection.client, (sentence) => {
      if (speak.interactive) process.stderr.write(`\r${sentence}`);
    });
    const sound = faults.length === 0;
    const sentences = sound
      ? `${events} events are those that were signed.`
      : ['NOT AS IT WAS SIGNED', ...faults.map(({ detail }) => `  ${detail}`)].join('\n');
    speak.result({ sound, events, faults }, sentences);
    return sound ? 0 : NOT_AS_SIGNED;
  } finally {
    await connection.close();
  }
}

/** Page by page up to what was signed when it began; ends at the first page with faults. */
async function checked(
  client: ApiClient,
  say: (sentence: string) => void,
): Promise<{ readonly events: number; readonly faults: LedgerCheckResponse['faults'] }> {
  let from = 0;
  let end: number | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const query = `from=${from}${end === undefined ? '' : `&to=${end}`}`;
    const check = (await client.get(`/v1/audit/verification?${query}`)) as LedgerCheckResponse;
    end ??= check.size;
    say(`${check.to} of ${end} events`);
    if (!check.sound || check.to >= end) return { events: check.to, faults: check.faults };
    from = check.to;
  }
  throw new Error(`The ledger has more than ${PAGES_MAX} pages.`);
}
