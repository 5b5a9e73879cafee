import { NativeSelect } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Backtest, BacktestVariant } from '../../../api/generated/types.gen';
import { money } from '../../../format/money';
import { commandName } from '../../../format/words';
import { Legend, LineChart } from '../../../ui/chart/line-chart';
import type { Line, Moment } from '../../../ui/chart/shown';
import { Await } from '../../../ui/states';
import { campaignsOf, realCurve } from './real-curve';
import { useRealSpend } from './use-backtests';
import { variantColour } from './variant-colour';

interface Props {
  readonly range: Pick<Backtest, 'from' | 'to'>;
  readonly variants: readonly BacktestVariant[];
}

/** A campaign's real spend over the whole range, with what each variant would have ordered on it. */
export function WouldBeChart({ range, variants }: Props) {
  const campaigns = useMemo(() => campaignsOf(variants), [variants]);
  const [chosen, setChosen] = useState(campaigns[0]?.campaignId ?? '');
  const { campaign, spend } = useRealSpend(chosen, range);
  return (
    <div>
      <NativeSelect
        label="Campaign"
        w={320}
        maw="100%"
        my={12}
        data={campaigns.map(({ campaignId: value, commands }) => ({
          value,
          label: `${value} (${commands} ${commands === 1 ? 'command' : 'commands'})`,
        }))}
        value={chosen}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <Await of={spend} what="spend">
        {({ points, currency }) => (
          <Chart
            {...{ variants, points, currency, chosen }}
            name={campaign.data?.name ?? chosen}
            zone={campaign.data?.timezone ?? 'UTC'}
          />
        )}
      </Await>
    </div>
  );
}

function Chart({
  variants,
  points,
  currency,
  chosen,
  name,
  zone,
}: {
  readonly variants: readonly BacktestVariant[];
  readonly points: Parameters<typeof realCurve>[0];
  readonly currency: string | null;
  readonly chosen: string;
  readonly name: string;
  readonly zone: string;
}) {
  const items = useMemo(
    () => variants.flatMap((variant) => variant.items.filter(({ campaignId }) => campaignId === chosen)),
    [variants, chosen],
  );
  const curve = useMemo(() => realCurve(points, items, zone), [points, items, zone]);
  const lines: readonly Line[] = useMemo(
    () => [
      { label: 'really spent on the day', values: curve.spent, colour: '--fd-series-1', filled: true },
      { label: 'budget of the day', values: curve.budget, colour: '--fd-dim', dashed: true },
    ],
    [curve],
  );
  const moments: readonly Moment[] = useMemo(
    () =>
      variants.flatMap((variant, at) =>
        variant.items
          .filter(({ campaignId }) => campaignId === chosen)
          .map((item) => ({
            atMs: Date.parse(item.at),
            label: `${variants.length > 1 ? `${variant.name}: ` : ''}${commandName(item.command)}${item.issued ? ', as issued' : ''}`,
            colour: variantColour(at),
          })),
      ),
    [variants, chosen],
  );
  const format = useMemo(() => (micros: number) => money(micros, currency), [currency]);
  return (
    <>
      <Legend lines={lines} />
      <LineChart
        atMs={curve.atMs}
        lines={lines}
        moments={moments}
        zone={zone}
        label={`What ${name} really spent, day by day, with the ${moments.length} would-be commands, which stand in the table below`}
        format={format}
      />
    </>
  );
}
