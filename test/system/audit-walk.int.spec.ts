import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerOf, startFlightdeck, stepsOf, type FlightdeckProcess } from '@flightdeck/testing';

/** What was just written is folded in milliseconds and signed within a second: it is asked again. */
const ATTEMPTS_MAX = 60;

describe.each(['start', 'services'] as const)("the auditor's walk in docs/audit.md (%s)", (mode) => {
  const directory = mkdtempSync(join(tmpdir(), 'flightdeck-walk-'));
  const dataDir = join(directory, 'data');
  const steps = stepsOf(readFileSync('docs/audit.md', 'utf8'), 'walk');
  let server: FlightdeckProcess;

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir, mode });
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(directory, { recursive: true, force: true });
  });

  it('has steps that show something', () => {
    expect(steps.filter((step) => step.shows !== undefined).length).toBeGreaterThan(6);
  });

  it('leads from a number to the signed evidence', () => {
    let setUp = '';
    for (const { bash, shows } of steps) {
      if (shows === undefined) setUp += `${local(bash)}\n`;
      else expect(answerOf(`${setUp}\n${local(bash)}`, shows, ATTEMPTS_MAX)).toMatchObject(shows);
    }
  });

  it('would notice a proof that does not hold', () => {
    const setUp = local(steps[0]?.bash ?? '');
    const forged = `${setUp}\nsed s/4600000/4600001/ $WORK/event.json > $WORK/forged.json
      node tools/verify.mjs inclusion $WORK/forged.json --json || true`;
    expect(answerOf(forged, {}, 1)).toMatchObject({ ok: false, problems: [{ code: 'leaf' }] });
  });

  function local(bash: string): string {
    return bash
      .replaceAll('http://127.0.0.1:8080', server.url)
      .replaceAll('data/admin-token', join(dataDir, 'admin-token'))
      .replaceAll('WORK=audit', `WORK=${join(directory, 'audit')}`)
      .replaceAll('npx flightdeck', `FLIGHTDECK_DATA_DIR=${dataDir} node bin/flightdeck.mjs`);
  }
});
