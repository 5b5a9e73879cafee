import type { ComparisonResponse, ReplayResponse } from '@flightdeck/contracts';
import { Argument, Command } from 'commander';
import type { Config } from '../config.js';
import { connect } from './connect.js';
import { EXIT, output } from './output.js';
import { watchFolding } from './watch-job.js';

interface Options {
  readonly asOf?: string;
  readonly from?: string;
  readonly json?: true;
}

/** `replay [projection]`: 0 when everything that can be compared is identical, 65 when something differs. */
export function replayCommand(config: () => Config): Command {
  return new Command('replay')
    .description('rebuild projections from the ledger beside the live ones, and compare them row by row')
    .addArgument(new Argument('[projection]', 'a projection, or all').default('all'))
    .option('--as-of <moment>', 'RFC 3339 time or position in the ledger: up to here')
    .option('--from <moment>', 'only what was recorded after this moment; nothing is compared then')
    .option('--json', 'print one JSON document for programs; progress goes to standard error')
    .addHelpText(
      'after',
      '\nExit codes: 0 identical, 65 a difference was found, 69 the replay did not finish.',
    )
    .action(async (projection: string, options: Options) => {
      const speak = output(options.json === true);
      const connection = await connect(config());
      const { client } = connection;
      try {
        const { asOf, from } = options;
        const asked = {
          projection,
          ...(asOf === undefined ? {} : { asOf }),
          ...(from === undefined ? {} : { from }),
        };
        const { replayId } = (await client.post('/v1/audit/replays', asked)) as ReplayResponse;
        const done = await watchFolding<ReplayResponse>(client, `/v1/audit/replays/${replayId}`, speak);
        if (done.state !== 'done') process.exitCode = EXIT.unavailable;
        else if (done.result?.identical === false) process.exitCode = EXIT.differs;
        speak.result(done, sentences(done));
      } finally {
        await connection.close();
      }
    });
}

function sentences({ state, error, result }: ReplayResponse): string {
  if (result === null) return `${state}: ${error ?? ''}`;
  const { events, seconds, eventsPerSecond, digest, comparison } = result;
  const head = `${events} events in ${seconds.toFixed(1)} s (${eventsPerSecond} events/s).\ndigest  ${digest}`;
  return comparison === null ? head : `${head}\n${compared(comparison)}`;
}

function compared(comparison: ComparisonResponse): string {
  const { same, different, missing, extra, movedOn, liveDigest, differences } = comparison;
  const counts = `${same} rows are the same, ${different} differ, ${missing} are missing, ${extra} are too many; ${movedOn} have moved on.`;
  const lines = differences.map(
    ({ projection, key, kind, fields, eventsTotal }) =>
      `  ${kind}  ${projection}  ${key}  in ${fields.join(', ')} (${eventsTotal} events belong in it)`,
  );
  return [...(liveDigest === null ? [] : [`live    ${liveDigest}`]), counts, ...lines].join('\n');
}
