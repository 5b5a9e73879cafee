import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import type uPlot from 'uplot';
import { clock, moment } from '../../format/time';
import { dataOf, draw, type Drawn } from './draw';
import { keyOf, zoomAround } from './keys';
import type { Line, LineChartProps, Span } from './shown';

const SECOND_MS = 1_000;
/** Over more than so much a time of day does not tell which day. */
const DAYS_MS = 36 * 3_600_000;

/**
 * Lines over time. Drag over a range to look closer; the arrows go from point to point, `+`, `-` and `0` zoom. What it shows stands in a
 * table beside it, for those who cannot see it.
 */
export function LineChart(props: LineChartProps) {
  const { atMs, lines, moments, zone, label, format, onPick } = props;
  const [ownZoom, setOwnZoom] = useState<Span>();
  const onZoom = props.onZoom ?? setOwnZoom;
  const zoom = props.onZoom === undefined ? ownZoom : props.zoom;
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  const latest = useRef<Drawn>({ ...props, onZoom, onCursor: () => undefined });
  const [at, setAt] = useState<number>();
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    latest.current = { ...props, onZoom, onCursor: setAt };
  });
  // What it is made of; figures that move are put into the same chart, so that a zoom and the cursor stay.
  const shape = lines
    .map(({ label, colour, dashed, filled, band }) =>
      [label, colour, dashed, filled, band !== undefined].join(),
    )
    .join('|');
  useEffect(() => {
    if (place.current === null) return;
    const drawn = draw(place.current, latest);
    chart.current = drawn.chart;
    return () => {
      chart.current = undefined;
      drawn.stop();
    };
  }, [shape, zone, scheme]);
  useEffect(() => {
    const drawn = chart.current;
    drawn?.batch(() => {
      drawn.setData(dataOf(atMs, lines));
      if (zoom !== undefined)
        drawn.setScale('x', { min: zoom.fromMs / SECOND_MS, max: zoom.toMs / SECOND_MS });
    });
  }, [atMs, lines, moments, zoom, shape, zone, scheme]);
  const shownAt = at === undefined ? undefined : atMs[at];
  const readout =
    at === undefined || shownAt === undefined ? undefined : readoutOf(at, shownAt, atMs, lines, zone, format);
  const onKeyDown = (event: KeyboardEvent): void => {
    const key = keyOf(event.key);
    if (key === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const now = at ?? lastIndex(lines);
    if (key === 'pick') {
      if (shownAt !== undefined) onPick?.(shownAt);
    } else if (typeof key === 'number' || key === 'first' || key === 'last') {
      const to = key === 'first' ? 0 : key === 'last' ? atMs.length - 1 : now + (at === undefined ? 0 : key);
      moveCursor(chart.current, atMs, Math.max(0, Math.min(atMs.length - 1, to)));
    } else onZoom(zoomAround(key, atMs, now, zoom));
  };
  return (
    <div className="fd-chart-frame">
      <div
        className="fd-chart"
        ref={place}
        {...(onPick === undefined
          ? { role: 'img', 'aria-label': label }
          : {
              ...{ role: 'slider', tabIndex: 0, 'aria-label': label, onKeyDown },
              ...{ 'aria-valuemin': 0, 'aria-valuemax': Math.max(0, atMs.length - 1) },
              ...{ 'aria-valuenow': at ?? lastIndex(lines), 'aria-valuetext': readout ?? 'no point chosen' },
            })}
      />
      <p className="fd-readout fd-dim" aria-hidden="true">
        {readout ??
          (onPick === undefined
            ? ''
            : 'Click a point, or choose one by the arrows and press Enter, for the events behind it.')}
      </p>
    </div>
  );
}

function moveCursor(chart: uPlot | undefined, atMs: readonly number[], to: number): void {
  const ms = atMs[to];
  if (chart === undefined || ms === undefined) return;
  chart.setCursor({ left: chart.valToPos(ms / SECOND_MS, 'x'), top: chart.over.clientHeight / 2 });
}

/** The last point of the first line. */
function lastIndex(lines: readonly Line[]): number {
  const values = lines[0]?.values ?? [];
  return Math.max(
    0,
    values.findLastIndex((value) => value !== null),
  );
}

function readoutOf(
  at: number,
  ms: number,
  atMs: readonly number[],
  lines: readonly Line[],
  zone: string,
  format: (value: number) => string,
): string {
  const told = lines.flatMap(({ label, values, band }) => {
    const [value, low, high] = [values[at], band?.low[at], band?.high[at]];
    if (value === null || value === undefined) return [];
    const isWide = low != null && high != null && high > low;
    return [`${label} ${format(value)}${isWide ? ` (${format(low)} to ${format(high)})` : ''}`];
  });
  const isLong = (atMs.at(-1) ?? 0) - (atMs[0] ?? 0) > DAYS_MS;
  return `${isLong ? moment(ms, zone) : clock(ms, zone)}: ${told.join(', ')}`;
}

/** What the lines are, in words beside their colour and dash. */
export function Legend({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <ul className="fd-legend">
      {lines.map(({ label, colour, dashed, band, bandLabel }) => (
        <li key={label} style={{ color: `var(${colour})` }}>
          <i style={{ borderTopStyle: dashed === true ? 'dashed' : 'solid' }} />
          <span style={{ color: 'var(--fd-dim)' }}>
            {label}
            {band !== undefined && bandLabel !== undefined && `, ${bandLabel}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
