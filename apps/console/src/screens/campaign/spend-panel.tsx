import { Button, SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Campaign, HistoryItem, MetricPoint, Pacing } from '../../api/generated/types.gen';
import { money } from '../../format/money';
import { clock } from '../../format/time';
import { Legend, LineChart } from '../../ui/chart/line-chart';
import type { Line, Span } from '../../ui/chart/shown';
import { useNow } from '../../ui/now';
import { Panel } from '../../ui/page';
import { Await } from '../../ui/states';
import { useCommands } from '../commands/use-commands';
import type { Behind } from './behind';
import { columnsOf, Points } from './points';
import { localDay, momentsOf, pointAt, spendCurve, STEPS, type Step } from './series';
import { useMetrics } from './use-campaign';
import { useExpectation } from './use-lineage';

const MINUTE_MS = 60_000;
const NONE: readonly MetricPoint[] = [];
/** How the forecast spreads what is to come: these as what is expected, the others evenly. */
const SHAPED: ReadonlySet<Campaign['pacing']['mode']> = new Set(['even', 'traffic']);

interface SpendPanelProps {
  readonly campaign: Campaign;
  readonly pacing: Pacing | undefined;
  readonly history: readonly HistoryItem[];
  /** Shows the events behind a point; undefined for who may not see them. */
  readonly onBehind: ((behind: Behind) => void) | undefined;
}

/** Spend against what was expected, with what happened to the campaign. Drag over a range to look closer; click a point for its events. */
export function SpendPanel({ campaign, pacing, history, onBehind }: SpendPanelProps) {
  const { campaignId, currency, timezone } = campaign;
  const [step, setStep] = useState<Step>('5m');
  const [zoom, setZoom] = useState<Span>();
  const nowMs = Math.floor(useNow() / MINUTE_MS) * MINUTE_MS;
  const day = useMemo(() => localDay(nowMs, timezone), [nowMs, timezone]);
  const metrics = useMetrics(campaignId, day, step);
  const expected = useExpectation(campaignId);
  const commands = useCommands({ campaignId }).data?.items;
  const points = metrics.data?.points ?? NONE;
  const isShaped = SHAPED.has(campaign.pacing.mode);
  const curve = useMemo(
    () => spendCurve(points, pacing, expected, day, isShaped),
    [points, pacing, expected, day, isShaped],
  );
  const lines: readonly Line[] = useMemo(
    () => [
      { label: 'spent', values: curve.spent, colour: '--fd-series-1', filled: true },
      { label: 'expected', values: curve.expected, colour: '--fd-series-3', dashed: true },
      {
        ...{ label: 'forecast', values: curve.forecast, colour: '--fd-series-2', dashed: true },
        ...{ band: curve.band, bandLabel: 'at the paces of the last hour' },
      },
      { label: 'budget', values: curve.budget, colour: '--fd-bad' },
    ],
    [curve],
  );
  const exhaustsAt = pacing?.exhaustsAt ?? null;
  const moments = useMemo(
    () => momentsOf(history, commands ?? [], day, exhaustsAt),
    [history, commands, day, exhaustsAt],
  );
  const format = useMemo(() => (micros: number) => money(micros, currency), [currency]);
  const shown = useMemo(
    () =>
      points.filter(
        ({ start, end }) =>
          zoom === undefined || (Date.parse(end) > zoom.fromMs && Date.parse(start) <= zoom.toMs),
      ),
    [points, zoom],
  );
  const open = useMemo(
    () =>
      onBehind === undefined
        ? undefined
        : (point: MetricPoint) => onBehind(behindPoint(point, step, timezone)),
    [onBehind, step, timezone],
  );
  const columns = useMemo(() => columnsOf(currency, timezone, open), [currency, timezone, open]);
  const pick = (ms: number): void => {
    const point = pointAt(points, ms);
    if (point !== undefined) open?.(point);
  };
  return (
    <Panel
      title="Spend today"
      actions={
        <>
          {zoom !== undefined && (
            <Button size="compact-sm" variant="default" onClick={() => setZoom(undefined)}>
              Whole day
            </Button>
          )}
          <SegmentedControl
            size="xs"
            aria-label="Step"
            data={STEPS.map((one) => ({ value: one, label: one }))}
            value={step}
            onChange={(value) => setStep(STEPS.find((one) => one === value) ?? step)}
          />
        </>
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
              zoom={zoom}
              onZoom={setZoom}
              {...(open === undefined ? {} : { onPick: pick })}
            />
            <Points points={shown} columns={columns} zoom={zoom} zone={timezone} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function behindPoint({ start, end, spend }: MetricPoint, step: Step, zone: string): Behind {
  return {
    figure: { kind: 'point', start, step },
    name: `${clock(start, zone)} to ${clock(end, zone)}`,
    shown: spend.net,
  };
}
