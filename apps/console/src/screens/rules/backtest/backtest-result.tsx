import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Backtest, BacktestVariant } from '../../../api/generated/types.gen';
import { money } from '../../../format/money';
import { compact, count } from '../../../format/number';
import { moment } from '../../../format/time';
import { commandName } from '../../../format/words';
import { readableName, type Threshold } from './sweep';
import { variantColour } from './variant-colour';
import { WouldBeChart } from './would-be-chart';

const ROWS_MAX = 100;

/** How far a backtest is, and once it is done what would have been ordered, on what was really spent. */
export function BacktestResultView({
  told,
  thresholds,
}: {
  readonly told: Backtest;
  /** By which variants are named. */
  readonly thresholds: readonly Threshold[];
}) {
  const variants = useMemo(
    () => (told.result?.variants ?? []).map((one) => ({ ...one, name: readableName(one.name, thresholds) })),
    [told.result, thresholds],
  );
  if (told.result === null)
    return (
      <p role="status">
        {told.state}: {count(told.progress.eventsRead)} events read, {compact(told.progress.eventsPerSecond)}{' '}
        a second{told.progress.at === null ? '' : `, at ${moment(told.progress.at)}`}
        {told.error !== null && <span className="fd-tone-bad"> {told.error}</span>}
      </p>
    );
  const { issued, eventsInRange } = told.result;
  const isEmpty = variants.every(({ items }) => items.length === 0);
  return (
    <>
      <p role="status">
        {count(eventsInRange)} events in the range; {count(issued)} commands were really issued in it.
      </p>
      <Comparison variants={variants} />
      {isEmpty ? (
        <p className="fd-dim">It would have ordered nothing in this range.</p>
      ) : (
        <>
          <WouldBeChart key={told.backtestId} range={told} variants={variants} />
          <WouldBeTable variants={variants} />
        </>
      )}
    </>
  );
}

function Comparison({ variants }: { readonly variants: readonly BacktestVariant[] }) {
  return (
    <div className="fd-scroll" tabIndex={0} role="region" aria-label="Comparison of the thresholds">
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
          {variants.map((variant, at) => (
            <tr key={variant.name}>
              <th scope="row">
                <span className="fd-swatch" style={{ background: `var(${variantColour(at)})` }} />
                {variant.name}
              </th>
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
    </div>
  );
}

/** Every would-be command in words: what the chart shows, for those who cannot see it. */
function WouldBeTable({ variants }: { readonly variants: readonly BacktestVariant[] }) {
  const rows = useMemo(
    () =>
      variants
        .flatMap(({ name, items }) => items.map((item) => ({ name, ...item })))
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    [variants],
  );
  return (
    <>
      <div
        className="fd-scroll"
        tabIndex={0}
        role="region"
        aria-label="Would-be commands"
        style={{ maxHeight: 360 }}
      >
        <table className="fd-table">
          <thead>
            <tr>
              <th>At</th>
              {variants.length > 1 && <th>Variant</th>}
              <th>Campaign</th>
              <th>Would order</th>
              <th className="fd-num">Spent then</th>
              <th className="fd-num">At the day’s end</th>
              <th>Really issued</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_MAX).map((one) => (
              <tr key={`${one.name} ${one.commandId}`}>
                <td className="fd-nowrap">{moment(one.at, undefined, true)}</td>
                {variants.length > 1 && <td>{one.name}</td>}
                <td>
                  <Link to="/campaigns/$campaignId" params={{ campaignId: one.campaignId }}>
                    {one.campaignId}
                  </Link>
                </td>
                <td>
                  {commandName(one.command)}
                  <div className="fd-dim">{one.reason}</div>
                </td>
                <td className="fd-num">{money(one.spendMicros, one.currency)}</td>
                <td className="fd-num">
                  {money(one.spendAtCloseMicros, one.currency)}
                  {one.falseAlarm && <div className="fd-hint fd-tone-warn">false alarm</div>}
                </td>
                <td>{one.issued ? 'yes' : 'no'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > ROWS_MAX && (
        <p className="fd-dim">
          The first {ROWS_MAX} of {count(rows.length)}.
        </p>
      )}
    </>
  );
}
