import { commandDetail } from '@flightdeck/testing';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Delivery } from '../command-bus.js';
import { publishInOrder, type DeliveryLimits, type Parcel, type SendParcels } from './publish-in-order.js';

const LIMITS: DeliveryLimits = {
  ...{ entriesMax: 4, bytesMax: 100, roundsMax: 4, backoffFirstMs: 10, backoffMaxMs: 25 },
};
const DELIVERED: Delivery = { delivered: true };
const AGAIN: Delivery = { delivered: false, error: 'Throttled.', retryable: true };
const NEVER: Delivery = { delivered: false, error: 'Malformed.', retryable: false };

type Fate = 'delivered' | 'again' | 'never' | 'broken';

/** A far end with fates for its entries, in the order in which they come; it keeps what it took. */
function farEnd(fates: readonly Fate[]): {
  readonly send: SendParcels<number>;
  readonly taken: Parcel<number>[];
} {
  const taken: Parcel<number>[] = [];
  let at = 0;
  const send: SendParcels<number> = async (parcels) => {
    if (parcels.length > LIMITS.entriesMax) throw new Error('Too many entries.');
    const met = parcels.map(() => fates[at++ % fates.length] ?? 'delivered');
    if (met.includes('broken')) throw new Error('The connection broke.');
    return met.map((fate, index): Delivery => {
      const parcel = parcels[index];
      if (fate === 'delivered' && parcel !== undefined) taken.push(parcel);
      return { delivered: DELIVERED, again: AGAIN, never: NEVER, broken: AGAIN }[fate];
    });
  };
  return { send, taken };
}

/** Whether each campaign's commands came out in their order, and none before one that may still come. */
function breaches(
  parcels: readonly Parcel<number>[],
  taken: readonly Parcel<number>[],
  answers: readonly Delivery[],
): string[] {
  const found: string[] = [];
  if (answers.length !== parcels.length) found.push('not one answer each');
  for (const campaignId of new Set(parcels.map(({ command }) => command.campaignId))) {
    const own = taken.filter(({ command }) => command.campaignId === campaignId).map(({ entry }) => entry);
    if (own.some((entry, index) => index > 0 && entry <= (own[index - 1] ?? 0)))
      found.push('out of order or twice');
    const open = parcels.find(
      (parcel, index) =>
        parcel.command.campaignId === campaignId &&
        answers[index]?.delivered === false &&
        answers[index].retryable,
    );
    if (open !== undefined && own.some((entry) => entry > open.entry)) found.push('overtaken');
  }
  const delivered = answers.filter((answer) => answer.delivered).length;
  if (delivered !== taken.length) found.push(`${delivered} told of ${taken.length} taken`);
  return found;
}

const parcelsArb = fc
  .array(fc.record({ campaign: fc.nat(3), bytes: fc.integer({ min: 1, max: 60 }) }), { maxLength: 20 })
  .map((made) =>
    made.map(({ campaign, bytes }, entry) => ({
      ...{ command: commandDetail(`c${campaign}`, entry + 1), entry, bytes },
    })),
  );
const fatesArb = fc.array(fc.constantFrom<Fate>('delivered', 'delivered', 'again', 'never', 'broken'), {
  minLength: 1,
  maxLength: 40,
});
const quiet = { sleep: async () => undefined, random: () => 1 };

describe('delivery in order', () => {
  it('never lets a command overtake an earlier one of its campaign, whatever fails', async () => {
    await fc.assert(
      fc.asyncProperty(parcelsArb, fatesArb, async (parcels, fates) => {
        const { send, taken } = farEnd(fates);
        const answers = await publishInOrder(parcels, send, LIMITS, quiet);
        expect(breaches(parcels, taken, answers)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('would notice one that sends everything at once', async () => {
    const parcels = [1, 2].map((entry) => ({ command: commandDetail('c1', entry), entry, bytes: 1 }));
    const { send, taken } = farEnd(['again', 'delivered']);
    expect(breaches(parcels, taken, await send(parcels))).toEqual(['overtaken']);
  });

  it('backs off with full jitter, growing to a limit', async () => {
    const slept: number[] = [];
    const { send } = farEnd(['again']);
    const parcels = [{ command: commandDetail('c1', 1), entry: 1, bytes: 1 }];
    await publishInOrder(parcels, send, LIMITS, {
      sleep: async (ms) => void slept.push(ms),
      random: () => 0.5,
    });
    expect(slept).toEqual([5, 10, 12.5]);
  });
});
