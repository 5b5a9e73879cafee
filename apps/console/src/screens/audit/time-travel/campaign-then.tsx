import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { CampaignAsOf, Rule } from '../../../api/generated/types.gen';
import { money } from '../../../format/money';
import { moment } from '../../../format/time';
import { commandName } from '../../../format/words';
import { Legend, LineChart } from '../../../ui/chart/line-chart';
import type { Line } from '../../../ui/chart/shown';
import { Chip, Panel } from '../../../ui/page';
import { Await } from '../../../ui/states';
import { DataTable, type TableColumn } from '../../../ui/table/data-table';
import { curvesOf, figuresOf, termsOf, type KnownFigure } from './compare';
import { useDayAsOf } from './use-time';

const COLUMNS: readonly TableColumn<KnownFigure>[] = [
  { id: 'name', label: 'Figure', kind: 'head', cell: ({ name }) => name },
  { id: 'then', label: 'Known then', kind: 'number', cell: ({ then }) => <strong>{then}</strong> },
  { id: 'now', label: 'Known now', kind: 'number', cell: ({ now }) => now },
  {
    ...{ id: 'since', label: 'Since', kind: 'number' as const },
    cell: ({ since }) =>
      since === '' ? <span className="fd-dim">same</span> : <Chip tone="warn">{since}</Chip>,
  },
];

const RULES: readonly TableColumn<Rule>[] = [
  { id: 'name', label: 'Rule', kind: 'head', cell: ({ name }) => name },
  {
    id: 'mode',
    label: 'Mode',
    cell: ({ mode }) => <Chip tone={mode === 'active' ? 'accent' : 'none'}>{mode}</Chip>,
  },
  { id: 'revision', label: 'Revision', kind: 'number', cell: ({ revision }) => revision },
  { id: 'action', label: 'Orders', cell: ({ action }) => commandName(action.command) },
];

/** One campaign at a moment: its figures both ways, the day as it had grown, its terms and rules. */
export function CampaignThen({
  told,
  isReading,
}: {
  readonly told: CampaignAsOf;
  readonly isReading: boolean;
}) {
  const { campaign, campaignId, asOf, heads, rules } = told;
  const zone = campaign?.timezone ?? 'UTC';
  return (
    <>
      <Panel
        title={campaign?.name ?? campaignId}
        actions={
          isReading && (
            <span className="fd-dim" role="status">
              reading…
            </span>
          )
        }
      >
        <p style={{ margin: '0 0 8px' }}>
          At <strong>{moment(asOf, zone, true)}</strong> {zone}:{' '}
          {campaign === null ? 'nobody had registered it' : termsOf(campaign)}.{' '}
          <span className="fd-dim">
            The ledger stood at{' '}
            {heads.map(({ stream, revision }, at) => (
              <span key={stream}>
                {at > 0 && ', '}
                {revision < 0 ? (
                  `${stream} without an event`
                ) : (
                  <Link to="/audit/ledger" search={{ stream, revision }}>
                    {stream}@{revision}
                  </Link>
                )}
              </span>
            ))}
            .
          </span>
        </p>
        <div className="fd-columns">
          <DataTable
            label="Known then and known now"
            rows={figuresOf(told)}
            columns={COLUMNS}
            rowKey={({ name }) => name}
            isCards={false}
          />
          <Day told={told} />
        </div>
      </Panel>
      {rules.length > 0 && (
        <Panel title="Rules that governed it then" flush>
          <DataTable
            label="Rules that governed it then"
            rows={rules}
            columns={RULES}
            rowKey={({ ruleId }) => ruleId}
            isCards={false}
          />
        </Panel>
      )}
    </>
  );
}

function Day({ told }: { readonly told: CampaignAsOf }) {
  const day = useDayAsOf(told);
  const zone = told.campaign?.timezone ?? 'UTC';
  const currency = told.knownThen.pacing.currency ?? told.knownNow.pacing.currency;
  const curves = useMemo(
    () =>
      day.data === undefined
        ? undefined
        : curvesOf(day.data.fromMs, day.data.toMs, day.data.then, day.data.now),
    [day.data],
  );
  const lines: readonly Line[] = useMemo(
    () =>
      curves === undefined
        ? []
        : [
            { label: 'known then', values: curves.then, colour: '--fd-series-1', filled: true },
            { label: 'known now', values: curves.now, colour: '--fd-series-2', dashed: true },
          ],
    [curves],
  );
  const format = useMemo(() => (micros: number) => money(micros, currency), [currency]);
  return (
    <div>
      <Await of={day} what="day">
        {() =>
          curves !== undefined && (
            <>
              <Legend lines={lines} />
              <LineChart
                atMs={curves.atMs}
                lines={lines}
                zone={zone}
                label="Spend of that day up to the moment, as it was known then and as it is known now; the last values stand in the table beside it"
                format={format}
              />
            </>
          )
        }
      </Await>
    </div>
  );
}
