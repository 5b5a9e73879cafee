import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerOf, startFlightdeck, stepsOf, type FlightdeckProcess } from '@flightdeck/testing';

/** A read that follows a write may be a few milliseconds early, as a person's never is: it is asked again. */
const READS = ['?campaignId=', '/pacing'];
const READ_ATTEMPTS_MAX = 50;

describe.each(['start', 'services'] as const)("the README's tour (%s)", (mode) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flightdeck-tour-'));
  const steps = stepsOf(readFileSync('README.md', 'utf8'), 'tour');
  let server: FlightdeckProcess;

  beforeAll(async () => {
    server = await startFlightdeck({ dataDir, mode });
  });
  afterAll(async () => {
    await server.stop('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('has steps that show something', () => {
    expect(steps.filter((step) => step.shows !== undefined).length).toBeGreaterThan(5);
  });

  it('does what it says', () => {
    let setUp = '';
    for (const { bash, shows } of steps) {
      if (shows === undefined) setUp += `${local(bash)}\n`;
      else expect(answer(setUp, bash, shows)).toMatchObject(shows);
    }
  });

  it('would notice an answer that is not as shown', () => {
    const setUp = local(steps[0]?.bash ?? '');
    const pacing = steps.find((step) => step.bash.includes('/pacing'))?.bash ?? '';
    expect(answer(setUp, pacing, { campaignId: 'c2' })).not.toMatchObject({ campaignId: 'c2' });
  });

  function local(bash: string): string {
    return bash
      .replace('http://127.0.0.1:8080', server.url)
      .replace('data/admin-token', join(dataDir, 'admin-token'));
  }

  function answer(setUp: string, bash: string, shows: object): unknown {
    const attempts =
      READS.some((read) => bash.includes(read)) && !bash.includes('/ack') ? READ_ATTEMPTS_MAX : 1;
    return answerOf(`${setUp}\n${local(bash)}`, shows, attempts);
  }
});
