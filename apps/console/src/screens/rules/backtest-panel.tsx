import { Button, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo, useState, type SyntheticEvent } from 'react';
import type { Backtest, BacktestVariant, Rule } from '../../api/generated/types.gen';
import { money } from '../../format/money';
import { compact, count } from '../../format/number';
import { moment } from '../../format/time';
import { commandName } from '../../format/words';
import { useMay } from '../../session/use-session';
import { Legend, LineChart, type Line } from '../../ui/chart/line-chart';
import { Panel } from '../../ui/page';
import { Await, Refusal } from '../../ui/states';
import { sweepOf } from './sweep';
import { useBacktest, useStartBacktest } from './use-rules';

const DAY_MS = 86_400_000;
const ROWS_MAX = 100;
const UTC = 'UTC';
const COLOURS = ['--fd-series-1', '--fd-series-2', '--fd-series-3'] as const;

/** Tries the rule as it is kept on what really happened, with one value or several beside each other. */
export function BacktestPanel({ rule }: { readonly rule: Rule }) {
  const [days, setDays] = useState('1');
  const [values, setValues] = useState('');
  const [backtestId, setBacktestId] = useState<string>();
  const start = useStartBacktest(rule.ruleId);
  const backtest = useBacktest(rule.ruleId, backtestId);
  const mayTry = useMay('rules:backtest');
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    const toMs = Date.now();
    const sweep = sweepOf(rule.conditions, values);
    start.mutate(
      {
        from: new Date(toMs - Math.max(1, Number(days) || 1) * DAY_MS).toISOString(),
        to: new Date(toMs).toISOString(),
        ...(sweep === undefined ? {} : { sweep }),
      },
      { onSuccess: (made) => setBacktestId(made.backtestId) },
    );
  };
  return (
    <Panel title="Backtest">
      {mayTry && (
        <form className="fd-pair" onSubmit={submit}>
          <TextInput
            label="Days back from now"
            inputMode="numeric"
            value={days}
            onChange={(event) => setDays(event.currentTarget.value)}
          />
          <TextInput
            label="Thresholds to compare"
            placeholder="0.8, 0.9, 0.95"
            description="For the first number in the conditions; empty: as it is."
            value={values}
            onChange={(event) => setValues(event.currentTarget.value)}
          />
          <Button type="submit" loading={start.isPending} style={{ alignSelf: 'end' }}>
            Try on the past
          </Button>
        </form>
      )}
      <Refusal error={start.error} />
      {backtestId !== undefined && (
        <Await of={backtest} what="backtest">
          {(told) => <Told told={told} />}
        </Await>
      )}
    </Panel>
  );
}

function Told({ told }: { readonly told: Backtest }) {
  if (told.result === null)
    return (
      <p role="status">
        {told.state}: {count(told.progress.eventsRead)} events read, {compact(told.progress.eventsPerSecond)}{' '}
        a second{told.progress.at === null ? '' : `, at ${moment(told.progress.at)}`}
        {told.error !== null && <span className="fd-tone-bad"> {told.error}</span>}
      </p>
    );
  const { variants, issued, eventsInRange } = told.result;
  return (
    <>
      <p role="status">
        {count(eventsInRange)} events in the range; {count(issued)} commands were really issued in it.
      </p>
      <Comparison variants={variants} />
      {variants[0] !== undefined && variants[0].items.length > 0 && <WouldBe variant={variants[0]} />}
    </>
  );
}

function Comparison({ variants }: { readonly variants: readonly BacktestVariant[] }) {
  return (
    <table className="fd-table">
      <thead>
        <tr>
          <th>Variant</th>
          <th className="fd-num">Commands</th>
          <th className="fd-num">Campaigns</th>
          <th className="fd-num">Suppressed</th>
          <th className="fd-num">False alarms</th>
          <th className="fd-num">Overspend avoided, at most</th>
        </tr>
      </thead>
      <tbody>
        {variants.map((variant) => (
          <tr key={variant.name}>
            <td>{variant.name}</td>
            <td className="fd-num">{count(variant.commands)}</td>
            <td className="fd-num">{count(variant.campaigns)}</td>
            <td className="fd-num">{count(variant.suppressed)}</td>
            <td className="fd-num">{count(variant.falseAlarms)}</td>
            <td className="fd-num">
              {Object.entries(variant.overspendAvoidedMicros)
                .map(([currency, micros]) => money(micros, currency))
                .join(', ') || '–'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The would-be commands on the spend that was real when each would have been issued. */
function WouldBe({ variant }: { readonly variant: BacktestVariant }) {
  const items = useMemo(
    () => [...variant.items].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(0, ROWS_MAX),
    [variant],
  );
  const atMs = useMemo(() => items.map(({ at }) => Date.parse(at)), [items]);
  const lines: readonly Line[] = useMemo(
    () => [
      { label: 'spent when it fires', values: items.map((one) => one.spendMicros), colour: COLOURS[0] },
      {
        label: 'spent at the day’s end',
        values: items.map((one) => one.spendAtCloseMicros),
        colour: COLOURS[1],
      },
      {
        label: 'budget of the day',
        values: items.map((one) => one.budgetDailyMicros),
        colour: COLOURS[2],
        dashed: true,
      },
    ],
    [items],
  );
  const moments = useMemo(
    () => items.map(({ at, command }) => ({ atMs: Date.parse(at), label: commandName(command) })),
    [items],
  );
  const currency = items[0]?.currency ?? 'USD';
  const format = useMemo(() => (micros: number) => money(micros, currency), [currency]);
  return (
    <>
      {items.length > 1 && (
        <>
          <Legend lines={lines} />
          <LineChart
            atMs={atMs}
            lines={lines}
            moments={moments}
            zone={UTC}
            label="Would-be commands on the spend; the same stands in the table below"
            format={format}
          />
        </>
      )}
      <div className="fd-scroll" tabIndex={0}>
        <table className="fd-table">
          <thead>
            <tr>
              <th>At (UTC)</th>
              <th>Campaign</th>
              <th>Would order</th>
              <th className="fd-num">Spent then</th>
              <th className="fd-num">At the day’s end</th>
              <th>Really issued</th>
            </tr>
          </thead>
          <tbody>
            {items.map((one) => (
              <tr key={one.commandId}>
                <td>{moment(one.at, UTC, true)}</td>
                <td>
                  <Link to="/campaigns/$campaignId" params={{ campaignId: one.campaignId }}>
                    {one.campaignId}
                  </Link>
                </td>
                <td>
                  {commandName(one.command)}
                  <div className="fd-dim">{one.reason}</div>
                </td>
                <td className="fd-num">{money(one.spendMicros, one.currency ?? currency)}</td>
                <td className="fd-num">{money(one.spendAtCloseMicros, one.currency ?? currency)}</td>
                <td>{one.issued ? 'yes' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
