import { describe, expect, it } from '@jest/globals';
import type { ReconciledFigures, Reconciliation } from '../../../api/generated/types.gen';
import { addsUp, reportCsv, statementOf } from './figures';
import { reconciliationSearch } from './search';

const amount = (micros: number, nanos = 0) => ({ events: 1, amount: { micros, nanos } });
const FIGURES: ReconciledFigures = {
  ...{ gross: { micros: 1_770_000, nanos: 250 }, general: amount(200_000), sophisticated: amount(70_000) },
  adjustments: { ...amount(-300_000), byReason: { 'overdelivery-credit': amount(-300_000) } },
  ...{ net: { micros: 1_200_000, nanos: 250 }, lateIn: amount(5), lateOut: amount(7) },
  ...{ quarantined: { 'id-conflict': 1, schema: 2 }, idConflicts: 1 },
  ...{ events: 5, impressions: 0, clicks: 2, conversions: 0 },
};

describe('a statement', () => {
  it('goes from gross to net, and tells what stands beside it', () => {
    expect(addsUp(FIGURES)).toBe(true);
    const quarantined = statementOf(FIGURES).find(({ name }) => name === 'Quarantined');
    expect(statementOf({ ...FIGURES, duplicates: amount(9) })).toContainEqual(
      expect.objectContaining({ name: 'Sent twice', events: 1, part: 0 }),
    );
    expect(quarantined).toMatchObject({ events: 3, meaning: 'id-conflict 1, schema 2', amount: null });
  });

  it('would be seen not to add up by a nano (planted)', () => {
    expect(addsUp({ ...FIGURES, net: { micros: 1_200_000, nanos: 251 } })).toBe(false);
    expect(addsUp({ ...FIGURES, general: amount(0) })).toBe(false);
  });
});

describe('the days as CSV', () => {
  it('can be held against the ledger again: columns as the server takes them, amounts half up', () => {
    const told = { campaignId: 'c1', currency: 'USD', days: [{ day: '2026-11-22', figures: FIGURES }] };
    expect(reportCsv(told as unknown as Reconciliation)).toBe(
      'day,campaignId,currency,amountMicros,impressions,clicks,conversions\r\n2026-11-22,c1,USD,1200000,0,2,0\r\n',
    );
  });
});

it('takes only days into the address', () => {
  expect(reconciliationSearch({ campaignId: 'c1', from: '2026-11-22', to: 'soon' })).toEqual({
    ...{ campaignId: 'c1', from: '2026-11-22' },
  });
});
