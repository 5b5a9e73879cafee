// The console's first load: the script that the page names, what that imports at once, and the first screen. Gzipped, in kB.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 250;
const FIRST_SCREEN = /^campaigns-screen-/u;
const assets = 'dist/console/assets';

const loaded = new Set();
const page = readFileSync('dist/console/index.html', 'utf8');
for (const [, name] of page.matchAll(/\/assets\/([\w.-]+\.js)/gu)) load(name);
for (const name of readdirSync(assets)) if (FIRST_SCREEN.test(name) && name.endsWith('.js')) load(name);
if (loaded.size < 2) throw new Error('The page names no script, or the first screen has another name.');
if (/<script(?![^>]*\ssrc=)/u.test(page))
  throw new Error('The page has an inline script, which its policy forbids.');

const sizes = [...loaded].map((name) => [
  name,
  gzipSync(readFileSync(join(assets, name)), { level: 9 }).length / 1_000,
]);
const total = sizes.reduce((sum, [, kb]) => sum + kb, 0);
for (const [name, kb] of sizes) console.log(`${kb.toFixed(1).padStart(7)} kB  ${name}`);
console.log(`${total.toFixed(1).padStart(7)} kB  of ${LIMIT_KB} kB`);
process.exitCode = total <= LIMIT_KB ? 0 : 1;

/** A script and what it imports without being asked. */
function load(name) {
  if (loaded.has(name)) return;
  loaded.add(name);
  const script = readFileSync(join(assets, name), 'utf8');
  for (const [, imported] of script.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/gu)) load(imported);
}
