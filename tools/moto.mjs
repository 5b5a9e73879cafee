// Makes sure of moto, the AWS peer that npm does not have: python3 with venv, and pip, put it into .cache/moto once.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

const VERSION = '5.2.5';
const home = `.cache/moto-${VERSION}`;

if (!existsSync(`${home}/bin/moto_server`)) {
  rmSync(home, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', home], { stdio: 'inherit' });
  execFileSync(
    `${home}/bin/pip`,
    ['install', '--quiet', '--disable-pip-version-check', `moto[server]==${VERSION}`],
    {
      stdio: 'inherit',
    },
  );
}
