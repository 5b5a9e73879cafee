import { createHash } from 'node:crypto';
import type { BacktestResultResponse } from '@flightdeck/contracts';
import type { Rule } from '@flightdeck/domain';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { cutLedger, goldenSpec, interrupted } from '../testing/cut-off.js';
import { freshReadModels } from '../testing/fresh-read-models.module.js';
import { GOLDEN_RULES } from '../testing/golden-day.js';
import { Looks } from './looks.js';
import { Standings } from './standings.js';

/** From noon into the night after: a local day begins in it. */
const HOURS = { from: 12, to: 25 };
const ofSpend = (ruleId: string, conditions: Rule['conditions'], guards: Rule['guards'] = {}): Rule[] =>
  GOLDEN_RULES.slice(0, 1).map((rule) => ({ ...rule, ruleId, conditions, guards }));

/** Rules whose facts do not move with the clock: only of campaigns that have no other are looks left out. */
const RULES: readonly (readonly Rule[])[] = [
  [
    ...ofSpend('90', { all: [{ fact: 'utilization.today', operator: 'greaterThanInclusive', value: 0.9 }] }),
    ...ofSpend(
      'much',
      { all: [{ fact: 'spend.today', operator: 'greaterThan', value: 4_500_000 }] },
      { maxPerDay: 1 },
    ),
  ],
  ofSpend('lifetime', {
    any: [
      { fact: 'spend.lifetime', operator: 'greaterThan', value: 4_000_000 },
      {
        all: [
          { fact: 'campaign.status', operator: 'equal', value: 'paused' },
          { fact: 'clicks.today', operator: 'greaterThan', value: 3 },
        ],
      },
    ],
  }),
];
const spec = goldenSpec(RULES, HOURS);
const ledger = cutLedger();
const fresh = freshReadModels();

describe('looks that are left out while there is headroom', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const tried = async (): Promise<{ result: BacktestResultResponse; digest: string; looks: number }> => {
    const look = jest.spyOn(Looks.prototype, 'look');
    const result = await interrupted(ledger, spec, fresh(), []);
    const looks = look.mock.calls.length;
    look.mockRestore();
    return { result, looks, digest: createHash('sha256').update(JSON.stringify(result)).digest('hex') };
  };

  it('change nothing of the result', async () => {
    const { result, digest, looks } = await tried();
    expect(result.variants.map(({ commands }) => commands)).toEqual([65, 45]);
    jest.spyOn(Standings.prototype, 'count').mockReturnValue(true);
    const all = await tried();
    expect(all.digest).toBe(digest);
    expect(looks).toBeLessThan(all.looks / 3);
  }, 60_000);

  it('are caught when what is spent is not counted against it', async () => {
    const { digest } = await tried();
    jest.spyOn(Standings.prototype, 'count').mockReturnValue(false);
    expect((await tried()).digest).not.toBe(digest);
  }, 60_000);
});
