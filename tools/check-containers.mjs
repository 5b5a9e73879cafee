// Checks compose.yaml and Containerfile, which no test here can run: the first against the schema of Compose (needs docker-compose),
// both against this repository. Each check is shown a planted mistake first.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const compose = readFileSync('compose.yaml', 'utf8');
const image = readFileSync('Containerfile', 'utf8');
const sources = ['config.ts', 'services/service-config.ts']
  .map((file) => readFileSync(join('apps/flightdeck/src', file), 'utf8'))
  .join('\n');

const INSTRUCTIONS = /^(?:FROM|WORKDIR|COPY|RUN|ENV|USER|VOLUME|ENTRYPOINT|CMD|#.*|\s.*)?(?:\s|$)/u;

/** What is wrong with a pair of files, in sentences. */
function mistakes(composeText, imageText) {
  return [...schemaMistakes(composeText), ...composeMistakes(composeText), ...imageMistakes(imageText)];
}

function schemaMistakes(text) {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-compose-'));
  try {
    writeFileSync(join(directory, 'compose.yaml'), text);
    execFileSync('docker-compose', ['-f', join(directory, 'compose.yaml'), 'config', '-q'], {
      stdio: 'pipe',
    });
    return [];
  } catch (error) {
    return [`Compose refuses it: ${error.stderr ?? error.message}`];
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function composeMistakes(text) {
  const names = /SERVICE_NAMES = \[(.*?)\]/u.exec(sources)?.[1] ?? '';
  const services = [...names.matchAll(/'(\w+)'/gu)].map(([, name]) => name);
  const run = [...text.matchAll(/command: \[service, (\w+)\]/gu)].map(([, name]) => name);
  const variables = [...text.matchAll(/^\s*(FLIGHTDECK_\w+):/gmu)].map(([, name]) => name);
  return [
    ...services.filter((name) => !run.includes(name)).map((name) => `No container runs ${name}.`),
    ...run.filter((name) => !services.includes(name)).map((name) => `There is no service ${name}.`),
    ...variables.filter((name) => !sources.includes(name)).map((name) => `Nothing reads ${name}.`),
    ...[...text.matchAll(/^\s*ports: \['(?!127\.0\.0\.1:)/gmu)].map(() => 'A port is open to everybody.'),
  ];
}

function imageMistakes(text) {
  const major = readFileSync('.nvmrc', 'utf8').split('.')[0];
  const lines = text.split('\n');
  const bases = lines.filter((line) => line.startsWith('FROM '));
  const copied = [...text.matchAll(/^COPY (?!--from)(.*) \S+$/gmu)].flatMap(([, files]) => files.split(' '));
  const users = lines.filter((line) => line.startsWith('USER '));
  return [
    ...lines.filter((line) => !INSTRUCTIONS.test(line)).map((line) => `No instruction of ours: ${line}`),
    ...bases.filter((line) => !line.includes(`node:${major}-`)).map((line) => `Another Node: ${line}`),
    ...copied.filter((file) => !existsSync(file)).map((file) => `${file} is not there to be copied.`),
    ...(users.at(-1) === 'USER node' ? [] : ['It runs as root.']),
  ];
}

const PLANTED = [
  [compose.replace('restart: unless-stopped', 'restarts: unless-stopped'), image],
  [compose.replace('[service, rules]', '[service, ruler]'), image],
  [compose.replace('FLIGHTDECK_RULES_URL', 'FLIGHTDECK_RULE_URL'), image],
  [compose.replace("'127.0.0.1:8080:8080'", "'8080:8080'"), image],
  [compose, image.replace('USER node\n', '')],
  [compose, image.replaceAll('node:20-', 'node:12-')],
  [compose, image.replace('COPY package.json', 'COPY packages.json')],
  [compose, image.replace('WORKDIR', 'WORKDIRR')],
];
const missed = PLANTED.filter(([planted, file]) => mistakes(planted, file).length === 0);
if (missed.length > 0) throw new Error(`${missed.length} planted mistakes were not seen.`);
const found = mistakes(compose, image);
for (const mistake of found) console.error(mistake);
if (found.length > 0) process.exit(1);
console.log(`compose.yaml and Containerfile hold; ${PLANTED.length} planted mistakes were seen.`);
