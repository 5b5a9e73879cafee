// Builds every Nest application named in nest-cli.json, one bundle each, the Lambda function and the web console, into dist/.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildLambda } from './build-lambda.mjs';

/** Shorter files are served as they are. */
const COMPRESS_FROM_BYTES = 1_024;
const BROTLI_QUALITY = 9;

const { projects } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
const applications = Object.keys(projects).filter((name) => projects[name].type === 'application');

rmSync('dist', { recursive: true, force: true });
for (const name of applications) run('node_modules/@nestjs/cli/bin/nest.js', ['build', name]);
await buildLambda();
if (existsSync('apps/console/src/main.tsx')) buildConsole();

/** Each asset also as .gz and .br beside it, so that no request compresses anything. */
function buildConsole() {
  run('node_modules/vite/bin/vite.js', ['build', 'apps/console', '--config', 'apps/console/vite.config.mjs']);
  const assets = 'dist/console/assets';
  for (const name of readdirSync(assets)) {
    const bytes = readFileSync(join(assets, name));
    if (bytes.length < COMPRESS_FROM_BYTES) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY };
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params }));
  }
}

function run(script, parameters) {
  try {
    execFileSync(process.execPath, [script, ...parameters], { stdio: 'pipe' });
  } catch (error) {
    process.stderr.write(error.stdout);
    process.stderr.write(error.stderr);
    process.exit(1);
  }
}
