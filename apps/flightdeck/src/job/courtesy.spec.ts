import type { Batch, EventStore } from '@flightdeck/event-store';
import { describe, expect, it } from '@jest/globals';
import { followedWithCourtesy } from './courtesy.js';

const BATCHES = 5;
const { signal } = new AbortController();
const ledger: Pick<EventStore, 'follow'> = {
  async *follow(_, from): AsyncGenerator<Batch> {
    for (let at = Number(from); at < BATCHES; at += 1)
      yield { events: [], checkpoint: String(at + 1), caughtUp: at + 1 === BATCHES };
  },
};

/** What happens when a job follows it from its second batch: each batch, and each time that it breathes. */
async function told(
  follow: (pacing: { breathe: (signal: AbortSignal) => Promise<void> }) => typeof ledger,
): Promise<string[]> {
  const happened: string[] = [];
  const breathe = async (given: AbortSignal): Promise<void> =>
    void happened.push(given === signal ? 'breathes' : 'breathes to no end');
  for await (const { checkpoint } of follow({ breathe }).follow({ prefix: '' }, '1', signal))
    happened.push(checkpoint);
  return happened;
}

describe('a ledger followed with courtesy', () => {
  it('is followed from the same place, with a breath after each batch that can be cut short', async () => {
    const expected = ['2', '3', '4', '5'].flatMap((checkpoint) => [checkpoint, 'breathes']);
    expect(await told((pacing) => followedWithCourtesy(ledger, pacing))).toEqual(expected);
    expect(await told(() => ledger)).not.toEqual(expected); // planted: no courtesy
  });

  it('is whole, also by the times that this machine tells', async () => {
    expect(await told(() => followedWithCourtesy(ledger))).toEqual(['2', '3', '4', '5']);
  });
});
