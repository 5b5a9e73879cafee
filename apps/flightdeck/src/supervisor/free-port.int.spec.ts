import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { settledPort } from './free-port.js';

/** Says these one after another, and then the last for ever. */
function dice(...said: readonly number[]): () => number {
  let at = 0;
  return () => said[Math.min(at++, said.length - 1)] ?? 0;
}

describe('a settled port', () => {
  it('is the one that was asked for', async () => {
    expect(await settledPort(8080, dice(0))).toBe(8080);
  });

  it('is never given twice, though nobody listens on it yet', async () => {
    const first = await settledPort(0, dice(0.5));
    const second = await settledPort(0, dice(0.5, 0.6));
    expect(second).not.toBe(first);
  });

  it('is not one on which somebody listens', async () => {
    const random = dice(0.1, 0.2);
    const taken = createServer().listen(await settledPort(0, dice(0.1)), '127.0.0.1');
    await once(taken, 'listening');
    try {
      expect(await settledPort(0, random)).not.toBe((taken.address() as { port: number }).port);
    } finally {
      taken.close();
    }
  });

  it('is none once all tries have met a port that was given', async () => {
    const always = dice(0.9);
    await settledPort(0, always); // of this process's own
    await settledPort(0, always); // and one of all
    await expect(settledPort(0, always)).rejects.toThrow('No free port was found.');
  });
});
