import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Campaign, HistoryItem, Pacing } from '../../api/generated/types.gen';
import { exactMoney, money } from '../../format/money';
import { count, percent } from '../../format/number';
import { clock } from '../../format/time';
import { Legend, LineChart, type Line } from '../../ui/chart/line-chart';
import { useNow } from '../../ui/now';
import { Panel } from '../../ui/page';
import { Await } from '../../ui/states';
import { localDay, momentsOf, spendCurve, STEPS, type Step } from './series';
import { useMetrics } from './use-campaign';

const MINUTE_MS = 60_000;

interface SpendPanelProps {
  readonly campaign: Campaign;
  readonly pacing: Pacing | undefined;
  readonly history: readonly HistoryItem[];
}

/** Spend against what was expected, with what happened to the campaign; drag over a range to see its points. */
export function SpendPanel({ campaign, pacing, history }: SpendPanelProps) {
  const { campaignId, currency, timezone } = campaign;
  const [step, setStep] = useState<Step>('5m');
  const [range, setRange] = useState<{ readonly fromMs: number; readonly toMs: number }>();
  const nowMs = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const day = useMemo(() => localDay(nowMs, timezone), [nowMs, timezone]);
  const metrics = useMetrics(campaignId, day, step);
  const points = metrics.data?.points;
  const curve = useMemo(() => spendCurve(points ?? [], pacing, day), [points, pacing, day]);
  const lines: readonly Line[] = useMemo(
    () => [
      { label: 'spent', values: curve.spent, colour: '--fd-series-1', filled: true },
      { label: 'expected', values: curve.expected, colour: '--fd-series-3', dashed: true },
      { label: 'forecast', values: curve.forecast, colour: '--fd-series-2', dashed: true },
      { label: 'budget', values: curve.budget, colour: '--fd-bad' },
    ],
    [curve],
  );
  const moments = useMemo(() => momentsOf(history, day), [history, day]);
  const format = useMemo(() => (micros: number) => money(micros, currency), [currency]);
  const shown = (points ?? []).filter(
    ({ start }) =>
      range === undefined || (Date.parse(start) >= range.fromMs && Date.parse(start) <= range.toMs),
  );
  return (
    <Panel
      title="Spend today"
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Step"
          data={STEPS.map((one) => ({ value: one, label: one }))}
          value={step}
          onChange={(value) => setStep(STEPS.find((one) => one === value) ?? step)}
        />
      }
    >
      <Await of={metrics} what="spend">
        {() => (
          <>
            <Legend lines={lines} />
            <LineChart
              atMs={curve.atMs}
              lines={lines}
              moments={moments}
              zone={timezone}
              label={`Spend of ${campaign.name} today: ${money(pacing?.spend.todayMicros, currency)} of ${money(pacing?.budget?.todayMicros, currency)}`}
              format={format}
              onBrush={(fromMs, toMs) => setRange({ fromMs, toMs })}
            />
            <details open={range !== undefined} style={{ marginTop: 8 }}>
              <summary>
                {range === undefined
                  ? `As a table, ${count(shown.length)} points`
                  : `${clock(range.fromMs, timezone)} to ${clock(range.toMs, timezone)}, ${count(shown.length)} points`}
              </summary>
              <div className="fd-scroll" tabIndex={0} style={{ maxHeight: 240 }}>
                <table className="fd-table">
                  <thead>
                    <tr>
                      <th>From</th>
                      <th className="fd-num">Impressions</th>
                      <th className="fd-num">Clicks</th>
                      <th className="fd-num">CTR</th>
                      <th className="fd-num">Conversions</th>
                      <th className="fd-num">Spend</th>
                      <th>Ledger</th>
                    </tr>
                  </thead>
                  <tbody>
                    {shown.map((point) => (
                      <tr key={point.start}>
                        <th scope="row">{clock(point.start, timezone)}</th>
                        <td className="fd-num">{count(point.impressions)}</td>
                        <td className="fd-num">{count(point.clicks)}</td>
                        <td className="fd-num">{percent(point.rates.ctr, 2)}</td>
                        <td className="fd-num">{count(point.conversions)}</td>
                        <td className="fd-num">{exactMoney(point.spend.net.micros, currency)}</td>
                        <td className="fd-mono">
                          {point.range.stream}@{point.range.fromRevision}…{point.range.toRevision}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </details>
          </>
        )}
      </Await>
    </Panel>
  );
}
