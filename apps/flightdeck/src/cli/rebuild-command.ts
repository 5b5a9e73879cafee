import type { ProjectionsResponse, RebuildResponse } from '@flightdeck/contracts';
import { SingleBar } from 'cli-progress';
import { Argument, Command } from 'commander';
import type { Config } from '../config.js';
import { connect } from './connect.js';
import { EXIT, output } from './output.js';

/** How often the server is asked how far it is. */
const POLL_MS = 200;
const BAR = '{bar} {percentage}% | {value}/{total} events | {state} | {rate} events/s | {remaining}';
const ENDED: ReadonlySet<RebuildResponse['state']> = new Set(['done', 'failed', 'cancelled']);

interface Options {
  readonly rollback?: true;
  readonly json?: true;
}

/** `rebuild [projection]`: 0 when the new read models serve, 69 when they do not. */
export function rebuildCommand(config: () => Config): Command {
  return new Command('rebuild')
    .description('build the read models anew beside those that serve, compare them, and swap them')
    .addArgument(new Argument('[projection]', 'all are built together, whichever is named').default('all'))
    .option('--rollback', 'go back to the read models that were kept last')
    .option('--json', 'print one JSON document for programs')
    .addHelpText('after', '\nExit codes: 0 swapped, 69 not.')
    .action(async (projection: string, { rollback, json }: Options) => {
      const speak = output(json === true);
      const connection = await connect(config());
      const { client } = connection;
      const bar = new SingleBar({ format: BAR, stream: process.stderr });
      const path = `/v1/projections/${projection}`;
      try {
        await client.post(`${path}/${rollback === true ? 'rollback' : 'rebuild'}`, {});
        const cancel = (): void => void client.delete(`${path}/rebuild`).catch(() => undefined); // the state below tells
        process.once('SIGINT', cancel);
        if (speak.interactive) bar.start(1, 0, { state: 'building', rate: 0, remaining: '' });
        let told: RebuildResponse | null = null;
        while (told === null || !ENDED.has(told.state)) {
          await new Promise((resolve) => setTimeout(resolve, POLL_MS));
          told = ((await client.get('/v1/projections')) as ProjectionsResponse).rebuild;
          if (told === null) continue;
          const { state, eventsFolded, eventsTotal, eventsPerSecond, remainingSeconds } = told;
          bar.setTotal(Math.max(1, eventsTotal));
          const remaining = remainingSeconds === null ? '' : `${Math.ceil(remainingSeconds)} s left`;
          bar.update(eventsFolded, { state, rate: eventsPerSecond, remaining });
        }
        bar.stop();
        process.off('SIGINT', cancel);
        if (told.state !== 'done') process.exitCode = EXIT.unavailable;
        speak.result(told, sentences(told));
      } finally {
        bar.stop();
        await connection.close();
      }
    });
}

function sentences({ state, error, comparison, swapMs, toVersion }: RebuildResponse): string {
  if (state !== 'done' || comparison === null) return `${state}: ${error ?? ''}`;
  const { same, different, missing, extra, movedOn } = comparison;
  return [
    `Read models of version ${toVersion} serve; folding stood still for ${(swapMs ?? 0).toFixed(1)} ms, reads never did.`,
    `${same} rows are the same, ${different} differ, ${missing} were missing, ${extra} were too many; ${movedOn} had moved on.`,
  ].join('\n');
}
