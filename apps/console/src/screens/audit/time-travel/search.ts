/** A campaign and a moment, as the address says it: an RFC 3339 time, or a position (so many events of the ledger). */
export interface TimeSearch {
  readonly campaignId?: string | undefined;
  readonly asOf?: string | undefined;
}

export function timeSearch(search: Readonly<Record<string, unknown>>): TimeSearch {
  const { campaignId } = search;
  const asOf = typeof search['asOf'] === 'number' ? String(search['asOf']) : search['asOf'];
  return {
    ...(typeof campaignId === 'string' && campaignId !== '' ? { campaignId } : {}),
    ...(typeof asOf === 'string' && (isPosition(asOf) || !Number.isNaN(Date.parse(asOf))) ? { asOf } : {}),
  };
}

export function isPosition(asOf: string): boolean {
  return /^\d{1,15}$/u.test(asOf);
}
