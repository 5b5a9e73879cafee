import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Advertiser } from '../../api/generated/types.gen';
import { exactMoney, money } from '../../format/money';
import { count, percent } from '../../format/number';
import { Bar } from '../../ui/bar';
import { Chip } from '../../ui/page';
import type { TableColumn } from '../../ui/table/data-table';
import { standingOf } from '../budget/levels';
import { usedOf } from './listed';

/** What the list of advertisers tells of each. */
export const COLUMNS: readonly TableColumn<Advertiser>[] = [
  {
    ...{ id: 'advertiser', label: 'Advertiser', kind: 'head' as const },
    value: ({ advertiserId }) => advertiserId,
    cell: ({ advertiserId }) => (
      <Link className="fd-mono" to="/advertisers/$advertiserId" params={{ advertiserId }}>
        {advertiserId}
      </Link>
    ),
  },
  {
    ...{ id: 'today', label: 'Spent today', kind: 'number' as const },
    value: ({ spend }) => spend?.todayMicros ?? null,
    cell: ({ spend, currency }) => amount(spend?.todayMicros, currency),
  },
  {
    ...{ id: 'daily', label: 'Cap a day', kind: 'number' as const },
    value: ({ budget }) => budget?.dailyMicros ?? null,
    cell: ({ budget, currency }) => cap(budget?.dailyMicros, currency),
  },
  {
    ...{ id: 'in-all', label: 'Spent in all', kind: 'number' as const },
    value: ({ spend }) => spend?.lifetimeMicros ?? null,
    cell: ({ spend, currency }) => amount(spend?.lifetimeMicros, currency),
  },
  {
    ...{ id: 'lifetime', label: 'Cap in all', kind: 'number' as const },
    value: ({ budget }) => budget?.lifetimeMicros ?? null,
    cell: ({ budget, currency }) => cap(budget?.lifetimeMicros, currency),
  },
  {
    ...{ id: 'used', label: 'Used' },
    value: usedOf,
    cell: (advertiser) => <Used used={usedOf(advertiser)} />,
  },
  {
    ...{ id: 'stands', label: 'Stands' },
    cell: (advertiser) => {
      const used = usedOf(advertiser);
      const { word, tone } = standingOf({ used: used < 0 ? null : used, idle: undefined });
      return <Chip tone={tone}>{word}</Chip>;
    },
  },
  {
    ...{ id: 'campaigns', label: 'Campaigns', kind: 'number' as const },
    value: ({ campaigns }) => campaigns,
    cell: ({ campaigns, leftOut }) => (
      <span
        title={leftOut === 0 ? undefined : `${leftOut} in another currency, which its budget does not hold`}
      >
        {count(campaigns)}
        {leftOut > 0 && <span className="fd-dim"> ({count(leftOut)} not held)</span>}
      </span>
    ),
  },
];

/** For who may change budgets. */
export function changeColumn(onChange: (advertiserId: string) => void): TableColumn<Advertiser> {
  return {
    ...{ id: 'change', label: 'Change', kind: 'act' as const },
    cell: ({ advertiserId, budget }) => (
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`${budget === null ? 'Give a budget to' : 'Change the budget of'} advertiser ${advertiserId}`}
        onClick={() => onChange(advertiserId)}
      >
        {budget === null ? 'Give a budget' : 'Change'}
      </Button>
    ),
  };
}

function Used({ used }: { readonly used: number }) {
  if (used < 0) return <span className="fd-dim">–</span>;
  const { tone } = standingOf({ used, idle: undefined });
  return (
    <div>
      {percent(used)}
      <Bar share={used} tone={tone} />
    </div>
  );
}

function amount(micros: number | undefined, currency: string | null) {
  if (micros === undefined) return <span className="fd-dim">in several currencies</span>;
  return <span title={exactMoney(micros, currency)}>{money(micros, currency)}</span>;
}

function cap(micros: number | undefined, currency: string | null) {
  return micros === undefined ? <span className="fd-dim">no cap</span> : amount(micros, currency);
}
