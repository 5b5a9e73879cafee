import type { Campaign, Pacing } from '../../api/generated/types.gen';
import { exactMoney, money } from '../../format/money';
import { percent } from '../../format/number';
import { clock, moment } from '../../format/time';
import { Bar } from '../../ui/bar';
import { PacingMark } from '../../ui/pacing-mark';
import { Tile } from '../../ui/page';
import type { Behind } from './behind';
import { localDay } from './series';

/** Where the campaign stands just now. */
export function Figures({
  campaign,
  pacing,
  onBehind,
}: {
  readonly campaign: Campaign;
  readonly pacing: Pacing | undefined;
  /** Shows the events behind a figure; undefined for who may not see them. */
  readonly onBehind: ((behind: Behind) => void) | undefined;
}) {
  const { currency, timezone } = campaign;
  const budget = pacing?.budget?.todayMicros ?? null;
  const spent = pacing?.spend.todayMicros;
  return (
    <dl className="fd-tiles" style={{ margin: 0 }}>
      <Tile
        label="Spent today"
        note={
          pacing === undefined || spent === undefined ? undefined : (
            <>
              {exactMoney(spent, currency)} net
              {onBehind !== undefined && (
                <Events onOpen={() => onBehind(today(pacing, timezone))} of="today" />
              )}
            </>
          )
        }
      >
        {money(spent, currency)}
      </Tile>
      <Tile label="Budget today" note={budget === null ? 'no cap today' : <UsedBar pacing={pacing} />}>
        {money(budget, currency)}
      </Tile>
      <Tile label="Pacing index" note={`expected ${money(pacing?.expectedMicros, currency)} by now`}>
        <PacingMark value={pacing?.pacingIndex} />
      </Tile>
      <Tile label="Forecast for the day" note={forecastNote(pacing, budget)}>
        {money(pacing?.forecastMicros, currency)}
      </Tile>
      <Tile label="Budget spent by" note={timezone}>
        {pacing?.exhaustsAt == null ? 'not today' : clock(pacing.exhaustsAt, timezone)}
      </Tile>
      <Tile
        label="Lifetime"
        note={
          <>
            of {money(campaign.budget.lifetimeMicros, currency)}, until{' '}
            {moment(campaign.flight.end, timezone)}
            {pacing !== undefined && onBehind !== undefined && (
              <Events onOpen={() => onBehind(lifetime(pacing))} of="the lifetime" />
            )}
          </>
        }
      >
        {money(pacing?.spend.lifetimeMicros, currency)}
      </Tile>
    </dl>
  );
}

function Events({ onOpen, of }: { readonly onOpen: () => void; readonly of: string }) {
  return (
    <>
      {', '}
      <button type="button" className="fd-behind" aria-label={`Events behind ${of}`} onClick={onOpen}>
        events
      </button>
    </>
  );
}

function today({ asOf, spend }: Pacing, zone: string): Behind {
  const start = new Date(localDay(Date.parse(asOf), zone).fromMs).toISOString();
  return {
    figure: { kind: 'point', start, step: '1d' },
    name: 'spent today',
    shown: { micros: spend.todayMicros, nanos: spend.todayNanos },
  };
}

function lifetime({ spend }: Pacing): Behind {
  return {
    figure: { kind: 'total' },
    name: 'spent in all',
    shown: { micros: spend.lifetimeMicros, nanos: spend.lifetimeNanos },
  };
}

function UsedBar({ pacing }: { readonly pacing: Pacing | undefined }) {
  const used = pacing?.utilization ?? null;
  return (
    <>
      {percent(used)} used{holder(pacing)}
      {used !== null && <Bar share={used} tone={used > 1 ? 'bad' : 'none'} />}
    </>
  );
}

/** Where another level of the tree of budgets is the tighter one: the share is of that. */
function holder(pacing: Pacing | undefined): string {
  const level = pacing?.cap?.level;
  if (level === 'advertiser') return ', held by its advertiser';
  return level === 'adGroup' ? ', held by its ad groups' : '';
}

function forecastNote(pacing: Pacing | undefined, budget: number | null): string | undefined {
  if (pacing?.forecastMicros == null || budget === null || budget === 0) return undefined;
  const over = pacing.forecastMicros / budget - 1;
  return over > 0 ? `${percent(over)} over budget` : `${percent(-over)} under budget`;
}
