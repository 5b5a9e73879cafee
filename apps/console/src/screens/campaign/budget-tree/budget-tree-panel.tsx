import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Campaign, Pacing } from '../../../api/generated/types.gen';
import { exactMoney, money } from '../../../format/money';
import { percent } from '../../../format/number';
import { useMay } from '../../../session/use-session';
import { Bar } from '../../../ui/bar';
import { Chip } from '../../../ui/page';
import type { TableColumn } from '../../../ui/table/data-table';
import { TablePanel } from '../../../ui/table/table-panel';
import { levelsOf, standingOf, type Level } from '../../budget/levels';
import { ChangeLevel } from './change-level';
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
  const tree = useBudgetTree(campaign);
  const [changing, setChanging] = useState<string>();
  const mayChange = useMay('campaigns:write');
  const columns = useMemo(() => (mayChange ? [...COLUMNS, changeColumn(setChanging)] : COLUMNS), [mayChange]);
  const levels =
    tree.data === undefined ? [] : levelsOf(campaign, pacing, tree.data.advertiser, tree.data.adGroups);
  const level = levels.find(({ key }) => key === changing);
  return (
    <TablePanel
      title="Budgets above and below"
      of={tree}
      rows={() => levels}
      columns={columns}
      rowKey={({ key }) => key}
      empty={{ title: 'No budget holds this campaign' }}
    >
      {level !== undefined && tree.data !== undefined && (
        <ChangeLevel
          campaign={campaign}
          place={{ levels, key: level.key }}
          level={level}
          around={tree.data}
          onClose={() => setChanging(undefined)}
        />
      )}
    </TablePanel>
  );
}

/** The campaign's own budget is changed at the head of the screen. */
function changeColumn(onChange: (key: string) => void): TableColumn<Level> {
  return {
    ...{ id: 'change', label: 'Change', kind: 'act' as const },
    cell: ({ key, kind, id }) =>
      kind !== 'campaign' && (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Change the budget of ${NAMES[kind].toLowerCase()} ${id}`}
          onClick={() => onChange(key)}
        >
          Change
        </Button>
      ),
  };
}

/* Each cell is one element: on a phone a cell is a line of label and content. */
const COLUMNS: readonly TableColumn<Level>[] = [
  {
    ...{ id: 'level', label: 'Level', kind: 'head' as const },
    cell: ({ kind, id }) => (
      <div>
        {NAMES[kind]}{' '}
        {kind === 'advertiser' ? (
          <Link className="fd-mono" to="/advertisers/$advertiserId" params={{ advertiserId: id }}>
            {id}
          </Link>
        ) : (
          <span className="fd-mono">{id}</span>
        )}
      </div>
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
        <div>
          {percent(level.used)}
          <Bar share={level.used} tone={standingOf(level).tone} />
        </div>
      ),
  },
  {
    ...{ id: 'standing', label: 'Stands' },
    cell: (level) => {
      const { word, tone } = standingOf(level);
      return (
        <div>
          <Chip tone={tone}>{word}</Chip> {level.binds && <Chip tone="accent">binds</Chip>}
        </div>
      );
    },
  },
];

/** `$4.00 of $10.00`, or what was spent alone where nothing caps it. */
function share(spent: number | undefined, cap: number | undefined, currency: string): string {
  return cap === undefined ? money(spent, currency) : `${money(spent, currency)} of ${money(cap, currency)}`;
}
