import type { Campaign, Pacing } from '../../../api/generated/types.gen';
import { exactMoney, money } from '../../../format/money';
import { percent } from '../../../format/number';
import { Bar } from '../../../ui/bar';
import { Chip } from '../../../ui/page';
import type { TableColumn } from '../../../ui/table/data-table';
import { TablePanel } from '../../../ui/table/table-panel';
import { levelsOf, standingOf, type Level } from './levels';
import { useBudgetTree } from './use-budget-tree';

const NAMES: Readonly<Record<Level['kind'], string>> = {
  advertiser: 'Advertiser',
  campaign: 'Campaign',
  adGroup: 'Ad group',
};

/** Every budget that may hold the campaign: its advertiser's, its own, its ad groups'; and which of them does. */
export function BudgetTreePanel({
  campaign,
  pacing,
}: {
  readonly campaign: Campaign;
  readonly pacing: Pacing | undefined;
}) {
  return (
    <TablePanel
      title="Budgets above and below"
      of={useBudgetTree(campaign)}
      rows={({ advertiser, adGroups }) => levelsOf(campaign, pacing, advertiser, adGroups)}
      columns={COLUMNS}
      rowKey={({ key }) => key}
      empty={{ title: 'No budget holds this campaign' }}
    />
  );
}

const COLUMNS: readonly TableColumn<Level>[] = [
  {
    ...{ id: 'level', label: 'Level', kind: 'head' as const },
    cell: ({ kind, id }) => (
      <>
        {NAMES[kind]} <span className="fd-mono">{id}</span>
      </>
    ),
  },
  {
    ...{ id: 'today', label: 'Spent today', kind: 'number' as const },
    cell: ({ spend, budget, currency }) => share(spend?.todayMicros, budget?.dailyMicros, currency),
  },
  {
    ...{ id: 'lifetime', label: 'Spent in all', kind: 'number' as const },
    cell: ({ spend, budget, currency }) => share(spend?.lifetimeMicros, budget?.lifetimeMicros, currency),
  },
  {
    ...{ id: 'left', label: 'Its budget leaves', kind: 'number' as const },
    cell: ({ leftMicros, currency }) => (
      <span title={leftMicros === null ? undefined : exactMoney(leftMicros, currency)}>
        {money(leftMicros, currency)}
      </span>
    ),
  },
  {
    ...{ id: 'used', label: 'Used' },
    cell: (level) =>
      level.used === null ? (
        percent(null)
      ) : (
        <>
          {percent(level.used)}
          <Bar share={level.used} tone={standingOf(level).tone} />
        </>
      ),
  },
  {
    ...{ id: 'standing', label: 'Stands' },
    cell: (level) => {
      const { word, tone } = standingOf(level);
      return (
        <>
          <Chip tone={tone}>{word}</Chip> {level.binds && <Chip tone="accent">binds</Chip>}
        </>
      );
    },
  },
];

/** `$4.00 of $10.00`, or what was spent alone where nothing caps it. */
function share(spent: number | undefined, cap: number | undefined, currency: string): string {
  return cap === undefined ? money(spent, currency) : `${money(spent, currency)} of ${money(cap, currency)}`;
}
