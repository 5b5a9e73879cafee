/** A campaign and a period of its local days, both inclusive, as the address says it. */
export interface ReconciliationSearch {
  readonly campaignId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/u;

export function reconciliationSearch(search: Readonly<Record<string, unknown>>): ReconciliationSearch {
  const { campaignId, from, to } = search;
  return {
    ...(typeof campaignId === 'string' && campaignId !== '' ? { campaignId } : {}),
    ...(typeof from === 'string' && DAY.test(from) ? { from } : {}),
    ...(typeof to === 'string' && DAY.test(to) ? { to } : {}),
  };
}
