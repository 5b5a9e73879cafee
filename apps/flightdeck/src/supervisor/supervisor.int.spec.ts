import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChildSpec } from './child.js';
import { Supervisor } from './supervisor.js';

const ATTEMPTS_MAX = 2_000;
const PAUSE_MS = 5;
const EXIT_USAGE = 64;
const STAYS = 'setInterval(() => undefined, 1_000);';

describe('the supervisor', () => {
  let lines: string[];
  let pids: Map<string, number[]>;
  let givenUp: number[];
  let supervisor: Supervisor;

  beforeEach(() => {
    lines = [];
    pids = new Map();
    givenUp = [];
    supervisor = new Supervisor({
      onLine: (name, line) => lines.push(`${name}: ${line}`),
      onStart: (name, pid) => pids.set(name, [...(pids.get(name) ?? []), pid ?? 0]),
      onGivenUp: (code) => givenUp.push(code),
      stopAfterMs: 2_000,
    });
  });
  afterEach(() => supervisor.stop());

  it('starts a process, hands on its lines, and starts it again when it is killed', async () => {
    expect(await supervisor.start(spec('a', `console.log('READY here'); ${STAYS}`))).toBe('here');
    const [first] = pids.get('a') ?? [];
    process.kill(first ?? 0, 'SIGKILL');
    await until(() => lines.filter((line) => line === 'a: READY here').length === 2);
    expect(lines).toEqual([
      'a: READY here',
      'a: ended (SIGKILL); it is started again in 200 ms.',
      'a: READY here',
    ]);
    expect(new Set(pids.get('a')).size).toBe(2);
    expect(givenUp).toEqual([]);
  });

  it('stops in the order it is told, and starts nothing again', async () => {
    const polite = (name: string): string =>
      `console.log('READY ${name}'); process.on('SIGTERM', () => { console.log('stops'); process.exit(0); }); ${STAYS}`;
    for (const name of ['ledger', 'api', 'rules']) await supervisor.start(spec(name, polite(name)));
    await supervisor.stop(['api', 'rules', 'ledger']);
    expect(lines.filter((line) => line.endsWith('stops'))).toEqual([
      'api: stops',
      'rules: stops',
      'ledger: stops',
    ]);
    expect([...pids.values()].map((started) => started.length)).toEqual([1, 1, 1]);
  });

  it('kills what does not stop when it is asked to', async () => {
    await supervisor.start(
      spec('deaf', `process.on('SIGTERM', () => undefined); console.log('READY x'); ${STAYS}`),
    );
    await supervisor.stop();
    const [pid] = pids.get('deaf') ?? [];
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });

  it('gives up at once on wrong use, stops the others, and says with which code', async () => {
    await supervisor.start(spec('good', `console.log('READY x'); ${STAYS}`));
    void supervisor.start(spec('wrong', `console.error('No such option.'); process.exit(${EXIT_USAGE});`)); // never ready
    await until(() => givenUp.length > 0);
    expect(givenUp).toEqual([EXIT_USAGE]);
    expect(lines).toContain('wrong: No such option.');
    expect(pids.get('wrong')).toHaveLength(1);
    const [pid] = pids.get('good') ?? [];
    expect(() => process.kill(pid ?? 0, 0)).toThrow('ESRCH');
  });
});

function spec(name: string, script: string): ChildSpec {
  return { name, arguments: ['-e', script], environment: {} };
}

async function until(isSo: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX && !isSo(); attempt++)
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
