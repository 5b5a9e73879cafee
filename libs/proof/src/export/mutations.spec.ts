import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyBundle } from '../../../../tools/verify.mjs';
import { MUTATIONS, type Bundle } from '../testing/mutations.js';
import { signedLedger, someEvents, type SignedLedger } from '../testing/signed-ledger.js';

const MUTATED = 10_000;
const DRAWS_MAX = 50;
/** Park and Miller: the same mutations every time, each named by its number. */
const randomFrom = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
};

let signed: SignedLedger;
let whole: Bundle;
let part: Bundle;
beforeAll(async () => {
  signed = await signedLedger(someEvents(24), [9, 17, 24]);
  whole = await signed.bundle();
  part = await signed.bundle(5, 19);
});
afterAll(() => signed.close());

describe('a mutated export', () => {
  it(`is refused, every one of ${MUTATED}; the untouched one always passes`, () => {
    const kinds = Object.keys(MUTATIONS);
    const passed: string[] = [];
    const told = new Map<string, number>();
    for (let number = 1; number <= MUTATED; number++) {
      const original = number % 3 === 0 ? part : whole;
      const kind = kinds[number % kinds.length] ?? '';
      const mutated = mutate(original, kind, number);
      const { ok, problems } = verifyBundle(mutated);
      if (ok) passed.push(`${kind} ${number}`);
      told.set(problems[0]?.code ?? 'none', (told.get(problems[0]?.code ?? 'none') ?? 0) + 1);
      if (number % 100 === 0) expect(verifyBundle(original).ok).toBe(true);
    }
    expect(passed).toEqual([]);
    // Not one check stood in the way, but each of them.
    for (const code of [
      'file-changed',
      'event-line',
      'stream-gap',
      'fork-checkpoint',
      'signature',
      'truncated',
    ])
      expect([code, (told.get(code) ?? 0) > 20]).toEqual([code, true]);
    expect(told.get('fork-checkpoint')).toBeGreaterThan(500);
  });

  it('would be accepted by a verifier that believes the manifest', () => {
    // The planted bug: without the tree, nothing tells that an event was edited and the manifest written anew.
    const mutated = mutate(whole, 'changeEvent', 7);
    expect(verifyBundle(mutated).problems.map(({ code }) => code)).not.toContain('file-changed');
    expect(verifyBundle(mutated).ok).toBe(false);
  });
});

function mutate(original: Bundle, kind: string, number: number): Bundle {
  const pick = randomFrom(number * 7_919);
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const mutated = MUTATIONS[kind]?.(original, pick) ?? original;
    if (!isSame(mutated, original)) return mutated;
  }
  throw new Error(`${kind} ${number} changes nothing.`);
}

function isSame(one: Bundle, other: Bundle): boolean {
  return (
    one.size === other.size && [...one].every(([name, bytes]) => other.get(name)?.equals(bytes) === true)
  );
}
