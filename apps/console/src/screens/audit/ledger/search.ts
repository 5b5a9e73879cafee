/** Where in the ledger one looks, as the address says it. A stream, or a campaign's ad events, or one event by its position. */
export interface LedgerSearch {
  readonly stream?: string | undefined;
  readonly campaignId?: string | undefined;
  /** An event by its place in the global order. */
  readonly position?: number | undefined;
  /** The event of the stream that is looked at. */
  readonly revision?: number | undefined;
  /** The page begins at this revision… */
  readonly from?: number | undefined;
  /** …or at this time (RFC 3339)… */
  readonly at?: string | undefined;
  /** …and goes on to the older or the newer. Whichever way, the newest stand on top. */
  readonly towards?: 'older' | 'newer' | undefined;
}

export function ledgerSearch(search: Readonly<Record<string, unknown>>): LedgerSearch {
  const { stream, campaignId, at, towards } = search;
  const numbers = { position: whole(search['position']), revision: whole(search['revision']) };
  const from = whole(search['from']);
  return {
    ...(isText(stream) ? { stream } : isText(campaignId) ? { campaignId } : {}),
    ...(numbers.position === undefined ? {} : { position: numbers.position }),
    ...(numbers.revision === undefined ? {} : { revision: numbers.revision }),
    ...(from === undefined ? {} : { from }),
    ...(isText(at) && !Number.isNaN(Date.parse(at)) ? { at } : {}),
    ...(towards === 'older' || towards === 'newer' ? { towards } : {}),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}
