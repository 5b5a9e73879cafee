import { useMemo } from 'react';
import type { Campaign, MetricPoint } from '../../api/generated/types.gen';
import { money } from '../../format/money';
import { count, percent } from '../../format/number';
import { Bar } from '../../ui/bar';
import { useNow } from '../../ui/now';
import { Panel, Tile } from '../../ui/page';
import { Await, Empty } from '../../ui/states';
import { localDay } from './series';
import { useMetrics } from './use-campaign';

const MINUTE_MS = 60_000;

/** From impressions to conversions today, and the rates between. */
export function FunnelPanel({ campaign }: { readonly campaign: Campaign }) {
  const { campaignId, timezone, currency } = campaign;
  const nowMs = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const day = useMemo(() => localDay(nowMs, timezone), [nowMs, timezone]);
  const metrics = useMetrics(campaignId, day, '1d');
  return (
    <Panel title="Funnel and rates today" flush>
      <Await of={metrics} what="funnel">
        {({ points: [today] }) =>
          today === undefined ? (
            <Empty title="Nothing happened today yet" />
          ) : (
            <>
              <Funnel point={today} />
              <Rates point={today} currency={currency} />
            </>
          )
        }
      </Await>
    </Panel>
  );
}

function Funnel({ point }: { readonly point: MetricPoint }) {
  const { impressions, views, clicks, conversions, rates } = point;
  const most = Math.max(impressions, 1);
  const steps = [
    { name: 'Impressions', value: impressions, rate: '' },
    { name: 'Views', value: views, rate: `${percent(rates.viewability, 1)} of impressions` },
    { name: 'Clicks', value: clicks, rate: `${percent(rates.ctr, 2)} of impressions` },
    { name: 'Conversions', value: conversions, rate: `${percent(rates.cvr, 2)} of clicks` },
  ];
  return (
    <table className="fd-table">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col" className="fd-num">
            Today
          </th>
          <th scope="col" style={{ width: '45%' }}>
            Share
          </th>
          <th scope="col">Rate</th>
        </tr>
      </thead>
      <tbody>
        {steps.map(({ name, value, rate }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td className="fd-num">{count(value)}</td>
            <td style={{ verticalAlign: 'middle' }}>
              <Bar share={value / most} />
            </td>
            <td>{rate}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Rates({ point, currency }: { readonly point: MetricPoint; readonly currency: string }) {
  const { rates, givt, sivt, events } = point;
  const roas = rates.roas === null ? '–' : rates.roas.toFixed(2);
  return (
    <dl className="fd-tiles fd-tiles-narrow fd-rates">
      <Tile label="CPC" note="a click">
        {money(rates.cpcMicros, currency)}
      </Tile>
      <Tile label="CPA" note="a conversion">
        {money(rates.cpaMicros, currency)}
      </Tile>
      <Tile label="eCPM" note="1,000 impressions">
        {money(rates.ecpmMicros, currency)}
      </Tile>
      <Tile label="vCPM" note="1,000 views">
        {money(rates.vcpmMicros, currency)}
      </Tile>
      <Tile label="ROAS" note="value over spend">
        {roas}
      </Tile>
      <Tile label="Invalid" note={`${count(givt)} GIVT, ${count(sivt)} SIVT`}>
        {percent(events === 0 ? null : (givt + sivt) / events, 2)}
      </Tile>
    </dl>
  );
}
