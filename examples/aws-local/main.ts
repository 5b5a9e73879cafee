import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAwsLocal } from '../../libs/testing/src/peers/aws-local.js';
import { startFlightdeck } from '../../libs/testing/src/process/flightdeck-process.js';
import { measure } from './measure.js';
import { prove } from './prove.js';

const KEEP_ALIVE_MS = 2 ** 30;

/**
 * The whole system in AWS mode on this machine: `npm run start:aws-local`. With `--prove` it puts events into Kinesis, receives
 * the command from a queue behind EventBridge, measures, and ends: 0 when everything was as it should be.
 */
async function main(): Promise<void> {
  const isProof = process.argv.includes('--prove');
  const dataDir = isProof ? mkdtempSync(join(tmpdir(), 'flightdeck-aws-local-')) : 'data/aws-local';
  const aws = await startAwsLocal();
  const env = {
    ...aws.environment,
    FLIGHTDECK_PORT: isProof ? '0' : (process.env['FLIGHTDECK_PORT'] ?? '8080'),
  };
  const flightdeck = await startFlightdeck({ dataDir, env, mode: 'services' });
  const stop = async (): Promise<void> => {
    await flightdeck.stop('SIGTERM');
    await aws.close();
    if (isProof) rmSync(dataDir, { recursive: true, force: true });
  };
  if (isProof) {
    try {
      await prove(aws, flightdeck, say);
      await measure(aws, flightdeck, say);
    } finally {
      await stop();
    }
    return;
  }
  say(`Flightdeck runs on local AWS peers: ${flightdeck.url}/#token=${flightdeck.adminToken}`);
  for (const [name, value] of Object.entries(aws.environment)) say(`  ${name}=${value}`);
  const alive = setInterval(() => undefined, KEEP_ALIVE_MS);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      clearInterval(alive);
      void stop();
    });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
