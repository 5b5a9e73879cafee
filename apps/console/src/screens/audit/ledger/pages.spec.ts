import { describe, expect, it } from '@jest/globals';
import type { LedgerEventPage } from '../../../api/generated/types.gen';
import { shownPage } from './pages';
import { ledgerSearch, type LedgerSearch } from './search';

/** A stream of ten events, paged as the server does it. */
function serve(search: LedgerSearch): LedgerEventPage {
  const isBack = (search.towards ?? 'older') === 'older';
  const all = Array.from({ length: 10 }, (_, revision) => revision);
  const from = search.from ?? (isBack ? 9 : 0);
  const some = (isBack ? all.filter((n) => n <= from).reverse() : all.filter((n) => n >= from)).slice(0, 4);
  const last = some.at(-1);
  const next =
    last === undefined || some.length < 4 ? null : isBack ? (last === 0 ? null : last - 1) : last + 1;
  const items = some.map((revision) => ({ ...EVENT, revision }));
  return { stream: 'ads-00', items, next };
}
const EVENT = { stream: 'ads-00', id: '', type: 'x', recordedAt: '', data: {}, metadata: {} };
const revisions = (search: LedgerSearch) =>
  shownPage(search, serve(search)).items.map(({ revision }) => revision);

describe('pages of the ledger', () => {
  it('go to the oldest and back to the newest, every event once', () => {
    const seen: number[][] = [];
    let search: LedgerSearch | undefined = { stream: 'ads-00' };
    for (let page = 0; search !== undefined && page < 9; page++) {
      seen.push(revisions(search));
      search = shownPage(search, serve(search)).older;
    }
    expect(seen).toEqual([
      [9, 8, 7, 6],
      [5, 4, 3, 2],
      [1, 0],
    ]);
    const oldest: LedgerSearch = { stream: 'ads-00', from: 1, towards: 'older' };
    const back = shownPage(oldest, serve(oldest)).newer;
    expect(back).toMatchObject({ from: 2, towards: 'newer' });
    expect(revisions(back ?? {})).toEqual([5, 4, 3, 2]);
  });

  it('would be seen to leave one out or show one twice (planted)', () => {
    const page = { stream: 'ads-00', from: 5, towards: 'older' } as const;
    const { older } = shownPage(page, serve(page));
    const skipped = { ...older, from: (older?.from ?? 0) - 1 };
    expect(revisions(skipped)[0]).not.toBe((revisions(page).at(-1) ?? 0) - 1);
    expect(revisions(older ?? {})[0]).toBe((revisions(page).at(-1) ?? 0) - 1);
  });

  it('have nothing newer than the newest, and a way back from there', () => {
    const head: LedgerSearch = { stream: 'ads-00' };
    expect(shownPage(head, serve(head)).newer).toBeUndefined();
    const beyond: LedgerSearch = { stream: 'ads-00', from: 10, towards: 'newer' };
    expect(shownPage(beyond, serve(beyond))).toMatchObject({ items: [], older: { stream: 'ads-00' } });
  });
});

describe('the address of a place in the ledger', () => {
  it('says only what it understands', () => {
    expect(ledgerSearch({ stream: 'ads-00', campaignId: 'c1', revision: '5', from: -1, at: 'soon' })).toEqual(
      {
        ...{ stream: 'ads-00', revision: 5 },
      },
    );
    expect(ledgerSearch({ position: 12 })).toEqual({ position: 12 });
  });
});
