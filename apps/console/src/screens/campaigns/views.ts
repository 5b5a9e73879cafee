import { useLocalStorage } from '@mantine/hooks';
import { COLUMN_IDS, COLUMNS_SHOWN_FIRST, type ColumnId } from './column-ids';
import { campaignsSearch, type CampaignsSearch } from './search';

/** A list that somebody wants to see again. */
export interface SavedView {
  readonly name: string;
  readonly search: CampaignsSearch;
}

export const BUILT_IN_VIEWS: readonly SavedView[] = [
  { name: 'Riskiest first', search: {} },
  { name: 'Spending too fast', search: { pace: 'over', sort: 'pacing', dir: 'desc' } },
  { name: 'Behind plan', search: { pace: 'under', sort: 'pacing', dir: 'asc' } },
  { name: 'Paused', search: { status: 'paused' } },
];

/** Kept in this browser. */
const VIEWS_MAX = 30;

export function useSavedViews() {
  const [views, setViews] = useLocalStorage<readonly SavedView[]>({
    key: 'flightdeck.views',
    defaultValue: [],
    deserialize: viewsOf,
  });
  return {
    views,
    save: (view: SavedView) =>
      setViews([...views.filter(({ name }) => name !== view.name), view].slice(-VIEWS_MAX)),
    forget: (name: string) => setViews(views.filter((view) => view.name !== name)),
  };
}

export function useShownColumns() {
  return useLocalStorage<readonly ColumnId[]>({
    key: 'flightdeck.columns',
    defaultValue: COLUMNS_SHOWN_FIRST,
    deserialize: columnsOf,
  });
}

/** What was stored by an earlier version is read as far as it is understood. */
export function viewsOf(text: string | undefined): readonly SavedView[] {
  const raw = parsed(text);
  if (!Array.isArray(raw)) return [];
  return raw.flatMap((one: unknown) => {
    if (typeof one !== 'object' || one === null) return [];
    const { name, search } = one as Readonly<Record<string, unknown>>;
    if (typeof name !== 'string' || typeof search !== 'object' || search === null) return [];
    return [{ name, search: campaignsSearch(search as Record<string, unknown>) }];
  });
}

function columnsOf(text: string | undefined): readonly ColumnId[] {
  const raw = parsed(text);
  if (!Array.isArray(raw)) return COLUMNS_SHOWN_FIRST;
  return COLUMN_IDS.filter((id) => id === 'name' || raw.includes(id));
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null; // somebody else's, or cut short: as if nothing were stored
  }
}
