// Two checks of one export that were written apart, in JavaScript and in Python: both accept what a running Flightdeck exported, and
// both refuse each of a hundred mutations of it. Needs python3 and a build. Usage: node tools/check-verifiers.mjs
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOf, MAIN, startFlightdeck } from './flightdeck-server.mjs';
import { untar, verifyBundle } from './verify.mjs';

const EVENTS = 2_500;
const MUTATIONS = 100;
const run = promisify(execFile);

const directory = mkdtempSync(join(tmpdir(), 'flightdeck-verifiers-'));
try {
  const { archive, anchor } = await exported();
  const files = untar(archive);
  const key = Buffer.from(files.get('key.txt')).toString();
  const ours = verifyBundle(files, { key, anchors: [readFileSync(anchor, 'utf8')] });
  const theirs = await python(files, ['--anchor', anchor]);
  if (!ours.ok || !theirs.ok)
    fail(`the untouched export is refused: ${JSON.stringify(ours.problems)} ${theirs.said}`);
  for (let n = 0; n < MUTATIONS; n++) {
    const mutated = flipped(files, n);
    if (verifyBundle(mutated).ok) fail(`verify.mjs accepts mutation ${n}`);
    if ((await python(mutated, [])).ok) fail(`verify.py accepts mutation ${n}`);
  }
  console.log(`ok: ${ours.events} events accepted by both verifiers, ${MUTATIONS} mutations refused by both`);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** An export of a Flightdeck that has taken some events in, and the checkpoints that it kept outside. */
async function exported() {
  const anchor = join(directory, 'anchor');
  const env = environmentOf(join(directory, 'data'), { FLIGHTDECK_ANCHORS: `file:${anchor}` });
  const { stop } = await startFlightdeck('start', env);
  const at = new Date().toISOString();
  const price = { model: 'CPC', micros: 4_600_000, currency: 'USD' };
  const events = Array.from({ length: EVENTS }, (_, i) =>
    JSON.stringify({ eventId: `e${i}`, type: 'click', occurredAt: at, campaignId: `c${i % 9}`, price }),
  );
  const ndjson = join(directory, 'events.ndjson');
  writeFileSync(ndjson, `${events.join('\n')}\n`);
  await run(process.execPath, [MAIN, 'import', 'ndjson', ndjson], { env });
  let signed = 0;
  while (signed < EVENTS) {
    const { stdout } = await run(process.execPath, [MAIN, 'verify', '--json'], { env });
    signed = JSON.parse(stdout).events;
  }
  const file = join(directory, 'export.tar');
  await run(process.execPath, [MAIN, 'export', file], { env });
  // What was kept outside before the export was made; the last words of the server are over what came after.
  const before = join(directory, 'anchor-before');
  writeFileSync(before, readFileSync(anchor));
  await stop();
  return { archive: readFileSync(file), anchor: before };
}

async function python(files, parameters) {
  const bundle = mkdtempSync(join(directory, 'bundle-'));
  mkdirSync(bundle, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(bundle, name), bytes);
  try {
    const { stdout } = await run('python3', ['tools/verify.py', bundle, ...parameters]);
    return { ok: true, said: stdout };
  } catch (error) {
    if (error.code !== 1) throw error;
    return { ok: false, said: error.stdout };
  } finally {
    rmSync(bundle, { recursive: true });
  }
}

/** One bit of one file is another; the same for the same number. */
function flipped(files, n) {
  const names = [...files.keys()];
  const name = names[n % names.length];
  const bytes = Buffer.from(files.get(name));
  const at = (n * 7_919 * 104_729) % bytes.length;
  bytes[at] ^= 1 << (n % 8);
  return new Map(files).set(name, bytes);
}

function fail(sentence) {
  throw new Error(sentence);
}
