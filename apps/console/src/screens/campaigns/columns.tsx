import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { exactMoney, inputMoney, money } from '../../format/money';
import { percent } from '../../format/number';
import { ago, clock, day } from '../../format/time';
import { commandName, stateTone } from '../../format/words';
import { Bar } from '../../ui/bar';
import { Chip } from '../../ui/page';
import { PacingMark } from '../../ui/pacing-mark';
import { Sparkline } from '../../ui/sparkline';
import type { ColumnId } from './column-ids';
import type { Row } from './row';

export interface Column {
  readonly id: ColumnId;
  readonly label: string;
  /** A track of the grid. */
  readonly width: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row, trend: readonly number[] | undefined, nowMs: number) => ReactNode;
  /** What a spreadsheet gets: heads and, in their order, cells. Amounts in units of the row's currency. */
  readonly csv: readonly (readonly [head: string, cell: (row: Row) => string | number | null])[];
}

const STATUS_TONES = { active: 'good', paused: 'warn', ended: 'none' } as const;

/** What the table can show. */
export const COLUMNS: readonly Column[] = [
  {
    id: 'name',
    label: 'Campaign',
    width: 'minmax(170px, 2fr)',
    cell: (row) => (
      <Link
        to="/campaigns/$campaignId"
        params={{ campaignId: row.campaignId }}
        className="fd-cut fd-row-link"
        tabIndex={-1}
        title={row.name}
      >
        {row.name}
      </Link>
    ),
    csv: [['name', (row) => row.name]],
  },
  {
    id: 'status',
    label: 'Status',
    width: '84px',
    cell: (row) => <Chip tone={STATUS_TONES[row.status]}>{row.status}</Chip>,
    csv: [['status', (row) => row.status]],
  },
  {
    id: 'spend',
    label: 'Spent of today’s budget',
    width: 'minmax(170px, 1.4fr)',
    cell: (row) => <Spend row={row} />,
    csv: [
      ['spentToday', (row) => inputMoney(row.spendMicros)],
      ['budgetToday', (row) => inputMoney(row.budgetMicros)],
    ],
  },
  {
    id: 'pacing',
    label: 'Pacing',
    width: '78px',
    isNumber: true,
    cell: (row) => <PacingMark value={row.status === 'active' ? row.pacingIndex : null} />,
    csv: [['pacingIndex', (row) => row.pacingIndex]],
  },
  {
    id: 'forecast',
    label: 'Forecast',
    width: '112px',
    isNumber: true,
    cell: (row) => <Forecast row={row} />,
    csv: [['forecast', (row) => inputMoney(row.forecastMicros)]],
  },
  {
    id: 'trend',
    label: 'Last hour',
    width: '104px',
    cell: (row, trend) => <Sparkline values={trend} label={`Spend of ${row.name} in the last hour`} />,
    csv: [],
  },
  {
    id: 'command',
    label: 'Last command',
    width: 'minmax(140px, 1fr)',
    cell: ({ lastCommand }, _, nowMs) =>
      lastCommand === null ? (
        <span className="fd-dim">none</span>
      ) : (
        <span
          className={`fd-cut fd-tone-${stateTone(lastCommand.state)}`}
          title={`${lastCommand.command}, ${lastCommand.state}`}
        >
          {commandName(lastCommand.command)}{' '}
          <span className="fd-dim">{ago(lastCommand.issuedAt, nowMs)}</span>
        </span>
      ),
    csv: [['lastCommand', (row) => row.lastCommand?.command ?? null]],
  },
  {
    id: 'exhausts',
    label: 'Spent by',
    width: '74px',
    isNumber: true,
    cell: (row) => clock(row.exhaustsAt, row.timezone),
    csv: [['exhausts', (row) => row.exhaustsAt]],
  },
  {
    id: 'utilization',
    label: 'Used',
    width: '74px',
    isNumber: true,
    cell: (row) => percent(row.utilization),
    csv: [['utilization', (row) => row.utilization]],
  },
  {
    id: 'risk',
    label: 'Risk',
    width: '62px',
    isNumber: true,
    cell: (row) => row.risk.toFixed(2),
    csv: [['risk', (row) => row.risk]],
  },
  {
    id: 'advertiser',
    label: 'Advertiser',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <span className="fd-cut">{row.advertiserId}</span>,
    csv: [['advertiser', (row) => row.advertiserId]],
  },
  {
    id: 'tags',
    label: 'Tags',
    width: 'minmax(110px, 1fr)',
    cell: (row) => <span className="fd-cut">{row.tags.join(', ')}</span>,
    csv: [['tags', (row) => row.tags.join(' ')]],
  },
  {
    id: 'zone',
    label: 'Time zone',
    width: 'minmax(120px, 1fr)',
    cell: (row) => <span className="fd-cut">{row.timezone}</span>,
    csv: [['zone', (row) => row.timezone]],
  },
  {
    id: 'ends',
    label: 'Ends',
    width: '92px',
    isNumber: true,
    cell: (row) => day(row.endsAt, row.timezone),
    csv: [['ends', (row) => row.endsAt]],
  },
];

/** Spend, budget, and where spend should be by now. */
function Spend({ row }: { readonly row: Row }) {
  const { spendMicros, budgetMicros, expectedMicros, currency } = row;
  const share = budgetMicros === null || budgetMicros === 0 ? null : spendMicros / budgetMicros;
  const tone = share !== null && share > 1 ? 'bad' : 'none';
  return (
    <span
      className="fd-spend"
      title={`${exactMoney(spendMicros, currency)}${share === null ? '' : `, ${percent(share)}`}`}
    >
      <span className="fd-spend-words">
        {money(spendMicros, currency)}
        <span className="fd-dim">
          {budgetMicros === null ? 'no cap' : `of ${money(budgetMicros, currency)}`}
        </span>
      </span>
      {share !== null && (
        <Bar
          share={share}
          tone={tone}
          mark={expectedMicros === null || budgetMicros === null ? undefined : expectedMicros / budgetMicros}
        />
      )}
    </span>
  );
}

function Forecast({ row: { forecastMicros, budgetMicros, currency, status } }: { readonly row: Row }) {
  if (status !== 'active' || forecastMicros === null) return <span className="fd-dim">–</span>;
  const over = budgetMicros === null ? 0 : forecastMicros / budgetMicros - 1;
  return (
    <span className={over > 0.05 ? 'fd-tone-bad' : undefined}>
      {money(forecastMicros, currency)}
      {over > 0.05 && <span className="fd-hidden"> over budget</span>}
    </span>
  );
}
