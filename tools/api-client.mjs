// Makes the console's API client from the OpenAPI document of the built Flightdeck. `--check` changes nothing and fails when what is
// committed is not what the document says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentOf, startFlightdeck } from './flightdeck-server.mjs';

const OUTPUT = 'apps/console/src/api/generated';
const check = process.argv.includes('--check');
const scratch = mkdtempSync(join(tmpdir(), 'flightdeck-client-'));

try {
  const document = join(scratch, 'openapi.json');
  writeFileSync(document, await openApiDocument());
  const output = check ? join(scratch, 'generated') : OUTPUT;
  const plugins = ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'];
  execFileSync(
    process.execPath,
    ['node_modules/@hey-api/openapi-ts/bin/run.js', '-i', document, '-o', output, '-p', ...plugins, '-s'],
    { stdio: 'inherit', env: { ...process.env, CI: 'true' } },
  );
  if (check) compare(output);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function openApiDocument() {
  const { url, stop } = await startFlightdeck('start', environmentOf(join(scratch, 'data')));
  try {
    const answer = await fetch(`${url}/openapi.json`);
    return JSON.stringify(await answer.json(), null, 2);
  } finally {
    await stop();
  }
}

function compare(fresh) {
  const files = (directory) =>
    readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
      .sort();
  const drifted = [...new Set([...files(fresh), ...files(OUTPUT)])].filter((name) => {
    try {
      return readFileSync(join(fresh, name), 'utf8') !== readFileSync(join(OUTPUT, name), 'utf8');
    } catch {
      return true; // there on one side only
    }
  });
  if (drifted.length === 0) return console.log('The client is what the OpenAPI document says.');
  console.error(
    `The client has drifted from the OpenAPI document (run npm run api-client): ${drifted.join(', ')}`,
  );
  process.exitCode = 1;
}
