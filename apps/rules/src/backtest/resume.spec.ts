import { createHash } from 'node:crypto';
import type { Rule } from '@flightdeck/domain';
import type { ReadModelStore, RowWrite } from '@flightdeck/read-models';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cutLedger, goldenSpec, interrupted } from '../testing/cut-off.js';
import { freshReadModels } from '../testing/fresh-read-models.module.js';
import { GOLDEN_RULES } from '../testing/golden-day.js';
import { OtherBacktest, runBacktest } from './backtest.js';
import { BACKTEST_TABLE } from './kept.js';

const SEED = 20261126;
const RUNS = 4;
/** Four hours of the afternoon: what happened before has its part in them too. */
const HOURS = { from: 17, to: 21 };
const fresh = freshReadModels();

/** Rules that remember: one that cools down, one that has to be seen to clear, one that fires often. */
const MEMORABLE: readonly Rule[] = GOLDEN_RULES.flatMap((rule): Rule[] => [
  { ...rule, ruleId: `${rule.ruleId}-often`, guards: { fireOncePer: 'none', cooldownMinutes: 45 } },
  {
    ...{ ...rule, ruleId: `${rule.ruleId}-clears`, guards: { fireOncePer: 'none', rearmAfterMinutes: 20 } },
    conditions: { all: [{ fact: 'spend.last15m', operator: 'greaterThan', value: 1_250_000 }] },
  },
]);
const spec = goldenSpec([GOLDEN_RULES, MEMORABLE], HOURS);
const ledger = cutLedger();
/** What two runs are held together by: each byte counts, and a difference need not be printed. */
const digest = (result: unknown): string => createHash('sha256').update(JSON.stringify(result)).digest('hex');
let expected = '';

/** A store that loses the rows that `lost` names: the planted bug. */
function losing(store: ReadModelStore, lost: (row: RowWrite) => boolean): ReadModelStore {
  const kept = (row: RowWrite): boolean => row.table !== BACKTEST_TABLE || !lost(row);
  return {
    takeOver: () => store.takeOver(),
    commit: (writer, { rows, checkpoints }) => store.commit(writer, { rows: rows.filter(kept), checkpoints }),
    checkpoint: (source) => store.checkpoint(source),
    load: (table, keys) => store.load(table, keys),
    range: (table, query) => store.range(table, query),
    close: () => store.close(),
  };
}

describe('a backtest that was cut off', () => {
  it('comes to the same result, byte for byte, wherever it was cut', async () => {
    const whole = await interrupted(ledger, spec, fresh(), []);
    expected = digest(whole);
    expect(whole).toMatchObject({ eventsRead: 15_235, variants: [{ commands: 45, note: null }, {}] });
    const cut = fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(cut, async (cuts) => {
        expect(digest(await interrupted(ledger, spec, fresh(), cuts))).toBe(expected);
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it.each([
    ['what the rules have done', (row: RowWrite) => row.key.startsWith('book/')],
    ['the commands so far', (row: RowWrite) => row.key.startsWith('command/')],
    ['the campaigns', (row: RowWrite) => row.key.startsWith('campaign/')],
  ])('does not come to it when %s are lost', async (_, lost) => {
    const bad = interrupted(ledger, spec, losing(fresh(), lost), [65]).then(digest, (error: unknown) =>
      String(error),
    );
    expect(await bad).not.toBe(expected);
  });

  it('does not begin on what another backtest left, nor on half of what it was', async () => {
    const store = fresh();
    await interrupted(ledger, spec, store, [20]);
    const deps = { ledger, store, elapsedMs: () => 0, onProgress: () => undefined };
    const other = { ...spec, toMs: spec.toMs - 1 };
    await expect(runBacktest(deps, other, new AbortController().signal)).rejects.toThrow(OtherBacktest);
    const stateless = fresh();
    const lost = (row: RowWrite): boolean => row.key === 'state';
    const life = interrupted(ledger, spec, losing(stateless, lost), [20]);
    await expect(life).rejects.toThrow(OtherBacktest);
  });

  it('tells how far it is, what is left, and where it went on', async () => {
    const store = fresh();
    const told: object[] = [];
    let nowMs = 0;
    const deps = { ledger, store, eventsTotal: 15_235, onProgress: (one: object) => told.push(one) };
    const run = runBacktest({ ...deps, elapsedMs: () => (nowMs += 150) }, spec, new AbortController().signal);
    await run;
    expect(told.at(-1)).toMatchObject({ remainingSeconds: 0, resumedFrom: 0 });
    expect(told[9]).toMatchObject({ eventsTotal: 15_235, at: expect.any(String) as unknown });
  });
});
