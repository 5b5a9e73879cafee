// Builds every Nest application named in nest-cli.json, one bundle each, into dist/.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

const { projects } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
const applications = Object.keys(projects).filter((name) => projects[name].type === 'application');

rmSync('dist', { recursive: true, force: true });
for (const name of applications) {
  try {
    execFileSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build', name], {
      stdio: 'pipe',
    });
  } catch (error) {
    process.stderr.write(error.stdout);
    process.stderr.write(error.stderr);
    process.exit(1);
  }
}
