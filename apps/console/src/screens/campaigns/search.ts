import { COLUMN_IDS, type ColumnId } from './column-ids';

export const PACES = ['over', 'under', 'on'] as const;
export const STATUSES = ['active', 'paused', 'ended'] as const;

/** What the address says of the list: a link shows the same list to somebody else. */
export interface CampaignsSearch {
  readonly q?: string;
  readonly status?: (typeof STATUSES)[number];
  readonly pace?: (typeof PACES)[number];
  readonly sort?: ColumnId | 'risk';
  readonly dir?: 'asc' | 'desc';
}

/** Takes what is understood, leaves out the rest: an old link still works. */
export function campaignsSearch(raw: Record<string, unknown>): CampaignsSearch {
  const q = typeof raw['q'] === 'string' && raw['q'] !== '' ? raw['q'] : undefined;
  const status = STATUSES.find((one) => one === raw['status']);
  const pace = PACES.find((one) => one === raw['pace']);
  const sort = (['risk', ...COLUMN_IDS] as const).find((one) => one === raw['sort']);
  const dir = (['asc', 'desc'] as const).find((one) => one === raw['dir']);
  return {
    ...(q === undefined ? {} : { q }),
    ...(status === undefined ? {} : { status }),
    ...(pace === undefined ? {} : { pace }),
    ...(sort === undefined ? {} : { sort }),
    ...(dir === undefined ? {} : { dir }),
  };
}
