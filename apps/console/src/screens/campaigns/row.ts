import type { CampaignItem, Pacing } from '../../api/generated/types.gen';
import { paceOf, riskOf } from '../../format/pace';
import { matchesAll } from '../../format/search';
import type { ColumnId } from './column-ids';
import type { CampaignsSearch } from './search';

/** A campaign as the table shows it, every figure of one moment. */
export interface Row {
  readonly campaignId: string;
  readonly name: string;
  readonly advertiserId: string;
  readonly currency: string;
  readonly timezone: string;
  readonly tags: readonly string[];
  readonly endsAt: string;
  readonly status: CampaignItem['status'];
  readonly spendMicros: number;
  readonly budgetMicros: number | null;
  readonly expectedMicros: number | null;
  readonly forecastMicros: number | null;
  readonly exhaustsAt: string | null;
  readonly utilization: number | null;
  readonly pacingIndex: number | null;
  readonly risk: number;
  readonly lastCommand: CampaignItem['lastCommand'];
}

/** An item of the list with what the stream has told since; `fetchedMs` is when the item was read. */
export function rowOf(item: CampaignItem, pacing: Pacing | undefined, fetchedMs: number): Row {
  const { campaignId, name, advertiserId, currency, timezone, tags, flight, lastCommand } = item;
  const isNewer = pacing !== undefined && Date.parse(pacing.asOf) > fetchedMs;
  const figures = isNewer ? figuresOf(pacing, item.status) : { ...item.today, status: item.status };
  return {
    ...{ campaignId, name, advertiserId, currency, timezone, tags, endsAt: flight.end, lastCommand },
    ...figures,
    risk: riskOf(figures),
  };
}

function figuresOf(pacing: Pacing, known: CampaignItem['status']) {
  return {
    status: pacing.status === 'unregistered' ? known : pacing.status,
    spendMicros: pacing.spend.todayMicros,
    budgetMicros: pacing.budget?.todayMicros ?? null,
    expectedMicros: pacing.expectedMicros,
    forecastMicros: pacing.forecastMicros,
    exhaustsAt: pacing.exhaustsAt,
    utilization: pacing.utilization,
    pacingIndex: pacing.pacingIndex,
  };
}

/** Whether a row is one of those asked for. */
export function isWanted(row: Row, { q, status, pace }: CampaignsSearch): boolean {
  if (status !== undefined && row.status !== status) return false;
  if (pace !== undefined && (row.status !== 'active' || paceOf(row.pacingIndex).shape !== pace)) return false;
  return (
    q === undefined ||
    matchesAll(`${row.name} ${row.campaignId} ${row.advertiserId} ${row.tags.join(' ')}`, q)
  );
}

/** The ids of the rows asked for, in the order asked for; equal rows stay in the order of their ids, so that nothing flickers. */
export function orderOf(rows: readonly Row[], search: CampaignsSearch): string[] {
  const { sort = 'risk', dir = defaultDirection(sort) } = search;
  const sign = dir === 'asc' ? 1 : -1;
  return rows
    .filter((row) => isWanted(row, search))
    .map((row) => ({ id: row.campaignId, value: sortValue(row, sort) }))
    .sort((a, b) => sign * compare(a.value, b.value) || (a.id < b.id ? -1 : 1))
    .map(({ id }) => id);
}

export function defaultDirection(sort: ColumnId | 'risk'): 'asc' | 'desc' {
  return sort === 'name' || sort === 'status' || sort === 'advertiser' || sort === 'exhausts'
    ? 'asc'
    : 'desc';
}

type Sortable = string | number | null;

function sortValue(row: Row, by: ColumnId | 'risk'): Sortable {
  switch (by) {
    case 'name':
      return row.name.toLowerCase();
    case 'status':
      return row.status;
    case 'spend':
    case 'utilization':
    case 'trend':
      return row.utilization;
    case 'pacing':
      return row.pacingIndex;
    case 'forecast':
      return share(row.forecastMicros, row.budgetMicros);
    case 'command':
      return row.lastCommand?.issuedAt ?? null;
    case 'exhausts':
      return row.exhaustsAt;
    case 'advertiser':
      return row.advertiserId;
    case 'tags':
      return row.tags.join(' ');
    case 'zone':
      return row.timezone;
    case 'ends':
      return row.endsAt;
    case 'risk':
      return row.risk;
  }
}

/** Amounts of different currencies are not compared; their shares of the budget are. */
function share(micros: number | null, budgetMicros: number | null): number | null {
  return micros === null || budgetMicros === null || budgetMicros === 0 ? null : micros / budgetMicros;
}

/** What is not known comes last when descending, which is how figures are looked at. */
function compare(a: Sortable, b: Sortable): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
